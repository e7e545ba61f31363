/** All values of something that is measured many times; memory for so many is taken at once. */
export class Samples {
  readonly #values: Float64Array;
  #count = 0;

  constructor(most: number) {
    this.#values = new Float64Array(most);
  }

  add(value: number): void {
    if (this.#count < this.#values.length) this.#values[this.#count++] = value;
  }

  get count(): number {
    return this.#count;
  }

  /** The least value that so large a share of all does not exceed: of 1,000 values, .99 gives the 990th. */
  percentiles<Name extends string>(shares: Readonly<Record<Name, number>>): Readonly<Record<Name, number>> {
    const sorted = this.#values.slice(0, this.#count).sort();
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
    return Object.fromEntries(Object.entries<number>(shares).map(([name, share]) => [name, at(share)])) as Record<
      Name,
      number
    >;
  }
}

export const LATENCIES = { p50: 0.5, p99: 0.99, 'p99.9': 0.999 } as const;
