import { statSync } from 'node:fs';

/** A file of keys that counts anew whenever it changes. */
export class KeyFile {
  /** The setting that names it. */
  readonly setting: string;
  readonly #file: string;
  readonly #apply: () => Promise<void>;
  #seen: string;

  private constructor(setting: string, file: string, apply: () => Promise<void>) {
    this.setting = setting;
    this.#file = file;
    this.#apply = apply;
    this.#seen = stampOf(file);
  }

  /** Reads it for the first time. Throws what `apply` throws. */
  static async open(setting: string, file: string, apply: () => Promise<void>): Promise<KeyFile> {
    // Its stamp is noted first: a change while it is read is seen at the next look.
    const opened = new KeyFile(setting, file, apply);
    await apply();
    return opened;
  }

  /** Reads it again if it has changed, and says whether. Throws what `apply` throws, once for each change. */
  async reread(): Promise<boolean> {
    const stamp = stampOf(this.#file);
    if (stamp === this.#seen) return false;
    this.#seen = stamp;
    await this.#apply();
    return true;
  }
}

/** What tells one state of a file from another; empty while it is not there. */
function stampOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return '';
  }
}
