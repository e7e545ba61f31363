import { createHash } from 'node:crypto';
import { MachineKeys } from '../../../core/machine-keys.ts';
import type { StoredKey } from '../../../schema/stored-key.ts';
import type { Actor } from './actor.ts';

export { StoredKeys, type StoredKey } from '../../../schema/stored-key.ts';

export interface KeyHolder extends Actor {
  readonly trust: 'server' | 'device';
}

export const sha256OfKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Whose key it is, as the one who asks. */
export class KeyRing {
  readonly #keys: MachineKeys;

  constructor(keys: readonly StoredKey[], now: () => Date = () => new Date()) {
    this.#keys = new MachineKeys(keys, now);
  }

  /** `authorization: Bearer <key>` → its holder. Throws UNAUTHENTICATED when it is missing, unknown or expired. */
  async holderOf(authorization: string | undefined): Promise<KeyHolder> {
    const { id, scopes, project, trust } = await this.#keys.find(authorization);
    return { subject: `key:${id}`, kind: 'machine', roles: [], scopes, project, trust };
  }
}
