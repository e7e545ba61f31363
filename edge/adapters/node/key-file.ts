import { statSync } from 'node:fs';
import { FileState } from '../../../core/file-state.ts';
import type { KeySource } from '../../node/platform.ts';

/** A file of keys that counts anew whenever it changes. */
export class KeyFile implements KeySource {
  /** The setting that names it. */
  readonly setting: string;
  readonly #state: FileState;
  readonly #apply: () => Promise<void>;

  private constructor(setting: string, file: string, apply: () => Promise<void>) {
    this.setting = setting;
    this.#state = new FileState(() => statSync(file));
    this.#apply = apply;
  }

  /** Reads it for the first time. Throws what `apply` throws. */
  static async open(setting: string, file: string, apply: () => Promise<void>): Promise<KeyFile> {
    // Its state is noted first: a change while it is read is seen at the next look.
    const opened = new KeyFile(setting, file, apply);
    await apply();
    return opened;
  }

  /** Reads it again if it has changed, and says whether. Throws what `apply` throws, once for each change. */
  async reread(): Promise<boolean> {
    if (!this.#state.hasChanged()) return false;
    await this.#apply();
    return true;
  }
}
