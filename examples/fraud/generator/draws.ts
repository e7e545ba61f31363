import { random } from '../../shared/train/matrix.ts';

/** Random draws in their order: the same seed gives the same ones. */
export class Draws {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = random(seed);
  }

  /** In [0, 1). */
  unit(): number {
    return this.#next();
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.#next();
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.#next());
  }

  /** One of a list that is not empty. */
  one<T>(list: readonly T[]): T {
    const found = list[Math.floor(list.length * this.#next())];
    if (found === undefined) throw new Error('there is nothing to draw from');
    return found;
  }

  /** One of a list by its weights. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T {
    let left = this.#next() * list.reduce((sum, { weight }) => sum + weight, 0);
    return list.find(({ weight }) => (left -= weight) < 0) ?? this.one(list);
  }

  /** Of a log-normal distribution with this median; `spread` is the deviation of its logarithm. */
  around(median: number, spread: number): number {
    // Box & Muller 1958.
    const normal = Math.sqrt(-2 * Math.log(1 - this.#next())) * Math.cos(2 * Math.PI * this.#next());
    return median * Math.exp(spread * normal);
  }

  /** How long until the next of events that come at random, `perUnit` of them in a unit of time. */
  gap(perUnit: number): number {
    return -Math.log(1 - this.#next()) / perUnit;
  }
}

/** Things of one number and another kind draw otherwise. */
const KINDS = { user: 1, device: 2, merchant: 3 } as const;

/** Draws that belong to one thing: whoever asks for user 7 of a seed finds the same user, without remembering anybody. */
export function drawsOf(seed: number, kind: keyof typeof KINDS, id: number): Draws {
  let hash = 0x811c9dc5 ^ seed; // FNV-1a
  for (const value of [KINDS[kind], id & 0xffff, id >>> 16]) hash = Math.imul(hash ^ value, 0x01000193);
  return new Draws(hash);
}
