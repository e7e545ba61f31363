/** `server`: an enrolled node with a key of its own. `device`: a public key in an app, shown apart. */
export const TRUST_CLASSES = ['server', 'device'] as const;
export type Trust = (typeof TRUST_CLASSES)[number];
