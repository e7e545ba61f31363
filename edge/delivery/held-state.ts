import * as z from 'zod';
import { SignedManifest } from '../../schema/manifest.ts';

/**
 * What a node must remember to serve again without the control plane: the newest revision, when the registry was last
 * heard, and the signed manifests that its deployments came from, which are verified anew.
 */
export const HeldState = z.strictObject({
  format: z.literal(1),
  audience: z.string(),
  /** Newest revision that was accepted. */
  revision: z.int().positive(),
  heardAt: z.iso.datetime(),
  /** Revision → envelope; a deployment whose newest entry was refused keeps the older one. */
  envelopes: z.record(z.string(), SignedManifest),
  /** Deployment → the revision whose entry it serves by. */
  serving: z.record(z.string(), z.string()),
});
export type HeldState = z.infer<typeof HeldState>;

export interface StateStore {
  /** Null when there is none, or none that can be read. */
  load(): Promise<HeldState | null>;
  save(state: HeldState): Promise<void>;
}
