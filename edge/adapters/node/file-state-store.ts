import { readFile, rename, writeFile } from 'node:fs/promises';
import { HeldState, type StateStore } from '../../delivery/held-state.ts';

/** What a node holds, in one file that is replaced whole. */
export class FileStateStore implements StateStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<HeldState | null> {
    try {
      return HeldState.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      return null;
    }
  }

  async save(state: HeldState): Promise<void> {
    const unfinished = `${this.#path}.part`;
    await writeFile(unfinished, JSON.stringify(state), { mode: 0o600, flush: true });
    await rename(unfinished, this.#path);
  }
}
