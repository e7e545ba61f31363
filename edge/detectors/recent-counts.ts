/** Counts of the latest answers by cell: of so many, and of none before them. */
export class RecentCounts {
  readonly #ring: Uint8Array;
  readonly #counts: Uint32Array;
  #next = 0;
  #held = 0;

  /** At most 256 cells. */
  constructor(answers: number, cells: number) {
    this.#ring = new Uint8Array(answers);
    this.#counts = new Uint32Array(cells);
  }

  add(cell: number): void {
    if (this.isFull) this.#count(this.#ring[this.#next] ?? 0, -1);
    else this.#held++;
    this.#count(cell, 1);
    this.#ring[this.#next] = cell;
    this.#next = (this.#next + 1) % this.#ring.length;
  }

  get isFull(): boolean {
    return this.#held === this.#ring.length;
  }

  get held(): number {
    return this.#held;
  }

  shares(): readonly number[] {
    return Array.from(this.#counts, (count) => count / this.#held);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#next = 0;
    this.#held = 0;
  }

  #count(cell: number, by: number): void {
    this.#counts[cell] = (this.#counts[cell] ?? 0) + by;
  }
}
