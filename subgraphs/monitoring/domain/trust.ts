/** `server`: an enrolled node with a key of its own. `device`: a public key in an app, shown apart. */
export const TRUST_CLASSES = ['server', 'device'] as const;
export type Trust = (typeof TRUST_CLASSES)[number];

interface Reported {
  readonly trust?: 'device' | undefined;
}

/** Records by the trust that they deserve: never more than their sender's, and less where that says so of one. */
export const byTrust = <T extends Reported>(sender: Trust, records: readonly T[]): ReadonlyMap<Trust, readonly T[]> =>
  Map.groupBy(records, ({ trust }) => trust ?? sender);
