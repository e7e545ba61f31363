/** Who asks, as far as an answer depends on it. */
export interface Caller {
  /** A key opens its own project only. */
  readonly project: string;
  /** The endpoints that the key may ask; null: all of its project. */
  readonly endpoints: readonly string[] | null;
  /** `device`: a public key in an app, whose word counts for less. */
  readonly trust: 'server' | 'device';
  /** How long the caller still waits; Infinity where it did not say. */
  readonly leftMs: () => number;
}

/** What a record says of who asked: nothing of a server. */
export const trustShown = (trust: Caller['trust']): { readonly trust?: 'device' } =>
  trust === 'device' ? { trust } : {};

export const mayAsk = ({ endpoints }: Pick<Caller, 'endpoints'>, endpoint: string): boolean =>
  endpoints === null || endpoints.includes(endpoint);
