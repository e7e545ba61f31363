/** What a feature's value can be in a stored prediction. */
export type Scalar = number | boolean | string | null;

/** The values of one feature, or of the score, in one window. */
export interface ValueSample {
  readonly name: string;
  readonly numbers: readonly number[];
  /** Whole numbers beyond 2^53, which are logged as text: they are among the categories too. */
  readonly longIntegers: readonly number[];
  readonly categories: Readonly<Record<string, number>>;
  /** How many rows had which status: PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE, DEFAULTED, or ABSENT. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Different texts that are kept apart; the rest is counted as one. */
const MAX_CATEGORIES = 100;
export const OTHER = '(other)';

/** A whole number as text that a JSON number would round; a text column may hold such texts too. */
const isLongInteger = (text: string): boolean => /^-?[1-9]\d{15,18}$/.test(text) && !Number.isSafeInteger(Number(text));

/** Collects one column row by row; only values with the status PRESENT describe the distribution. */
export class SampleCollector {
  readonly #name: string;
  readonly #numbers: number[] = [];
  readonly #longIntegers: number[] = [];
  readonly #categories = new Map<string, number>();
  readonly #statuses = new Map<string, number>();

  readonly #known: ReadonlySet<string> | undefined;

  /** `like`: the reference's sample, whose categories are kept; every other text then counts as one. */
  constructor(name: string, like?: ValueSample) {
    this.#name = name;
    this.#known = like && new Set(Object.keys(like.categories));
  }

  add(value: Scalar, status: string): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    if (status !== 'PRESENT' || value === null) return;
    if (typeof value === 'number') {
      this.#numbers.push(value);
      return;
    }
    const text = String(value);
    if (isLongInteger(text)) this.#longIntegers.push(Number(text));
    const category = this.#keeps(text) ? text : OTHER;
    this.#categories.set(category, (this.#categories.get(category) ?? 0) + 1);
  }

  #keeps(text: string): boolean {
    if (this.#known && this.#known.size > 0) return this.#known.has(text);
    return this.#categories.has(text) || this.#categories.size < MAX_CATEGORIES;
  }

  finish(): ValueSample {
    return {
      name: this.#name,
      numbers: this.#numbers,
      longIntegers: this.#longIntegers,
      categories: Object.fromEntries(this.#categories),
      statuses: Object.fromEntries([...this.#statuses].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}

export const countOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
