/** Whose key asked: `device` is a public key in an app, whose word counts for less. */
export type AskerTrust = 'server' | 'device';

/** What a record says of who asked: nothing of a server. */
export const trustShown = (trust: AskerTrust): { readonly trust?: 'device' } => (trust === 'device' ? { trust } : {});
