import { createHash } from 'node:crypto';
import { MachineKeys } from '../../../core/machine-keys.ts';
import type { StoredKey } from '../../../schema/stored-key.ts';
import type { Actor } from './actor.ts';

export { StoredKeys, type StoredKey } from '../../../schema/stored-key.ts';

export interface KeyHolder extends Actor {
  readonly trust: 'server' | 'device';
  /** The edge node for which alone it speaks. */
  readonly node?: string;
  /** The endpoints to which it is held; undefined: none of its project is closed to it. */
  readonly endpoints?: readonly string[];
  /** Requests a second that it may make, where its entry says so. */
  readonly ratePerSecond?: number;
}

/** Where keys come from; `changed` answers the new ones once after each change. */
export interface KeySource {
  changed(): readonly StoredKey[] | undefined;
}

export const sha256OfKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Whose key it is, as the one who asks. A key acts for the person who answers for it. */
export class KeyRing {
  readonly #now: () => Date;
  readonly #source: KeySource | undefined;
  #stored: readonly StoredKey[];
  #enrolled: readonly StoredKey[] = [];
  #keys: MachineKeys;

  constructor(keys: readonly StoredKey[], now: () => Date = () => new Date(), source?: KeySource) {
    this.#stored = keys;
    this.#keys = new MachineKeys(keys, now);
    this.#now = now;
    this.#source = source;
  }

  /** `authorization: Bearer <key>` → its holder. Throws UNAUTHENTICATED when it is missing, unknown or expired. */
  async holderOf(authorization: string | undefined): Promise<KeyHolder> {
    this.#refresh();
    const { id, scopes, project, trust, owner, node, endpoints, ratePerSecond } = await this.#keys.find(authorization);
    const acting = {
      subject: `key:${id}`,
      kind: 'machine',
      roles: [],
      scopes,
      project,
      trust,
      ...(node !== undefined && { node }),
      ...(endpoints !== undefined && { endpoints }),
      ...(ratePerSecond !== undefined && { ratePerSecond }),
    } as const;
    return owner === undefined ? acting : { ...acting, onBehalfOf: owner };
  }

  /** The keys of enrolled nodes, in place of those that were told before; beside those of the source. */
  setEnrolled(keys: readonly StoredKey[]): void {
    this.#enrolled = keys;
    this.#keys = new MachineKeys([...this.#stored, ...keys], this.#now);
  }

  /** The keys of a project by id, without what would tell their secrets. */
  list(project: string): readonly Omit<StoredKey, 'sha256'>[] {
    this.#refresh();
    return [...this.#stored, ...this.#enrolled]
      .filter((key) => key.project === project)
      .map(({ id, scopes, project: of, trust, expiresAt, owner }) => ({
        id,
        scopes,
        project: of,
        trust,
        expiresAt,
        owner,
      }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  #refresh(): void {
    const keys = this.#source?.changed();
    if (!keys) return;
    this.#stored = keys;
    this.#keys = new MachineKeys([...keys, ...this.#enrolled], this.#now);
  }
}

/** The holder of a key as the graph takes it. */
export const actorOf = ({ subject, kind, roles, scopes, project, onBehalfOf }: KeyHolder): Actor => ({
  subject,
  kind,
  roles,
  scopes,
  project,
  ...(onBehalfOf !== undefined && { onBehalfOf }),
});
