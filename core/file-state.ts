/** What a platform tells of a file, as `statSync` does. */
export interface FileStat {
  readonly mtimeMs: number;
  readonly size: number;
  readonly ino: number;
}

/** Knows a file as it was at the last look; `stat` throws where there is none. */
export class FileState {
  readonly #stat: () => FileStat;
  #seen: string;

  constructor(stat: () => FileStat) {
    this.#stat = stat;
    this.#seen = this.#look();
  }

  /** Whether the file is another one now, or was written, came or went; says so once for each change. */
  hasChanged(): boolean {
    const now = this.#look();
    const changed = now !== this.#seen;
    this.#seen = now;
    return changed;
  }

  #look(): string {
    try {
      const { mtimeMs, size, ino } = this.#stat();
      return `${mtimeMs}/${size}/${ino}`;
    } catch {
      return '';
    }
  }
}
