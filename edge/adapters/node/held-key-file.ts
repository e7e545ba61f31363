import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../../core/errors.ts';
import { HeldKey, heldKey, type KeyStore } from '../../control-plane/node-identity.ts';

const NAME = 'node-key.json';

/** Whether a node keeps a key of its own in a folder. */
export const holdsKey = (dataDir: string): boolean => existsSync(join(dataDir, NAME));

/** The node's own key, in one file that is replaced whole and that its user alone can read. */
export class HeldKeyFile implements KeyStore {
  readonly #path: string;

  constructor(dataDir: string) {
    this.#path = join(dataDir, NAME);
  }

  /** The key, made and kept where there is none. Throws FAILED_PRECONDITION for a file that holds none. */
  async open(): Promise<HeldKey> {
    if (!existsSync(this.#path)) {
      const made = heldKey();
      await this.save(made);
      return made;
    }
    try {
      return HeldKey.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch {
      throw new DomainError(
        'FAILED_PRECONDITION',
        `${this.#path} does not hold a node's key: move it away, and enrol anew`,
        {
          file: this.#path,
        },
      );
    }
  }

  async save(held: HeldKey): Promise<void> {
    const unfinished = `${this.#path}.part`;
    await writeFile(unfinished, JSON.stringify(held), { mode: 0o600, flush: true });
    await rename(unfinished, this.#path);
  }
}
