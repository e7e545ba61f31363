import type { FeatureUse } from '../features/gather.ts';
import { LastMinute } from './last-minute.ts';

/** Of the values that a release asked the store for in the last minute: how many, and how many of them were of no use. */
export interface FeatureReadCounts {
  readonly read: number;
  /** Too old, not found, or not read in time; also where a default stood in. */
  readonly stale: number;
}

/** How fresh the features were that each release read. Those that came with a request are not read. */
export class FeatureReads {
  readonly #read: LastMinute;
  readonly #stale: LastMinute;

  constructor(monotonicMs: () => number) {
    this.#read = new LastMinute(monotonicMs);
    this.#stale = new LastMinute(monotonicMs);
  }

  note(release: string, uses: Readonly<Record<string, FeatureUse>>): void {
    const read = Object.values(uses).filter(({ source }) => source !== 'REQUEST');
    this.#read.add(release, read.length);
    this.#stale.add(release, read.filter((use) => !isFresh(use)).length);
  }

  /** None of so many values could be asked for. */
  noteUnread(release: string, values: number): void {
    this.#read.add(release, values);
    this.#stale.add(release, values);
  }

  /** Forgets releases that are not served any more. */
  keepOnly(releases: readonly string[]): void {
    this.#read.keepOnly(releases);
    this.#stale.keepOnly(releases);
  }

  lastMinute(release: string): FeatureReadCounts {
    return { read: this.#read.count(release), stale: this.#stale.count(release) };
  }
}

/** A null that the store holds, and that is not too old, is a value. */
function isFresh({ status, insteadOf }: FeatureUse): boolean {
  const found = status === 'DEFAULTED' ? insteadOf : status;
  return found === 'PRESENT' || found === 'NULL_VALUE';
}
