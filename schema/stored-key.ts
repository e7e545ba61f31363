import * as z from 'zod';
import { SCOPES } from '../core/scopes.ts';

/** One entry of a keys file. */
const StoredKey = z.strictObject({
  id: z.string().min(1),
  /** SHA-256 of the whole key, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  scopes: z.array(z.enum(SCOPES)),
  project: z.string().default('default'),
  /** `server`: an enrolled node, whose records count in verdicts. `device`: a public key in an app. */
  trust: z.enum(['server', 'device']).default('device'),
  expiresAt: z.iso.datetime().optional(),
});
export type StoredKey = z.infer<typeof StoredKey>;
export const StoredKeys = z.array(StoredKey);
