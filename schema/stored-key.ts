import * as z from 'zod';
import { CHANGING_SCOPES, SCOPES } from '../core/scopes.ts';

/** One entry of a keys file. */
const StoredKey = z
  .strictObject({
    id: z.string().min(1),
    /** SHA-256 of the whole key, lower-case hex. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    scopes: z.array(z.enum(SCOPES)),
    project: z.string().default('default'),
    /** `server`: an enrolled node, whose records count in verdicts. `device`: a public key in an app. */
    trust: z.enum(['server', 'device']).default('device'),
    expiresAt: z.iso.datetime().optional(),
    /** The edge node for which alone it speaks; any where it is left out. */
    node: z.string().min(1).max(128).optional(),
    /** The endpoints that it may ask at an edge; all of its project where it is left out. */
    endpoints: z.array(z.string().min(1)).optional(),
    /** Requests a second that it may make at one process, in place of what the settings say; 0: as many as it likes. */
    ratePerSecond: z.int().min(0).max(1_000_000).optional(),
    /** The person who answers for it, by the subject that their token has: `user:<sub>`. */
    owner: z
      .string()
      .regex(/^user:\S+$/, 'names a person: user:<subject>')
      .optional(),
  })
  // What a machine makes is somebody's: else a person could approve by hand what their own key made.
  .refine(({ scopes, owner }) => owner !== undefined || !scopes.includes('registry:write'), {
    path: ['owner'],
    message: 'a key with the scope registry:write names the person who answers for it: user:<subject>',
  })
  // A device's key can be read by whoever has the app.
  .refine(({ scopes, trust }) => trust === 'server' || !scopes.some((scope) => CHANGING_SCOPES.includes(scope)), {
    path: ['trust'],
    message: `a key of trust device is public, and has none of ${CHANGING_SCOPES.join(', ')}; a machine's own key says server`,
  });
export type StoredKey = z.infer<typeof StoredKey>;
export const StoredKeys = z.array(StoredKey);
