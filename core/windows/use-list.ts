import { compareUses, type LastUse } from './network.ts';

/** Who used one value, by their last use: latest first. */
export class UseList {
  readonly #uses: LastUse[] = [];
  readonly #msOf = new Map<string, number>();

  /** Null where it is used no more. */
  set(name: string, ms: number | null): void {
    const before = this.#msOf.get(name);
    if (before === ms) return;
    if (before !== undefined) {
      this.#uses.splice(this.#placeOf({ name, ms: before }), 1);
      this.#msOf.delete(name);
    }
    if (ms === null) return;
    this.#uses.splice(this.#placeOf({ name, ms }), 0, { name, ms });
    this.#msOf.set(name, ms);
  }

  /** The latest of [tailMs, beforeMs), at most so many. */
  latest(tailMs: number, beforeMs: number, most: number): LastUse[] {
    const found: LastUse[] = [];
    for (let i = this.#firstBefore(beforeMs); found.length < most; i++) {
      const one = this.#uses[i];
      if (!one || one.ms < tailMs) break;
      found.push(one);
    }
    return found;
  }

  forgetBefore(ms: number): void {
    for (let last = this.#uses.at(-1); last && last.ms < ms; last = this.#uses.at(-1)) {
      this.#uses.pop();
      this.#msOf.delete(last.name);
    }
  }

  get isEmpty(): boolean {
    return this.#uses.length === 0;
  }

  #placeOf(use: LastUse): number {
    return this.#firstWhere((one) => compareUses(one, use) >= 0);
  }

  #firstBefore(ms: number): number {
    return this.#firstWhere((one) => one.ms < ms);
  }

  /** The list is ordered by what is asked: false for all before the place, true from there on. */
  #firstWhere(isThere: (one: LastUse) => boolean): number {
    let [low, high] = [0, this.#uses.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const one = this.#uses[middle];
      if (one && isThere(one)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
