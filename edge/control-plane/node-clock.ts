/** Beyond this it is the clock that is off, not the network that is slow: the header `date` has whole seconds. */
const TOLERANCE_MS = 5_000;
/** A measure that differs by less is noise of the measuring. */
const NOISE_MS = 1_500;
/** An answer that took longer says too little about the time between. */
const LONGEST_TRIP_MS = 10_000;
const HALF_A_SECOND_MS = 500;

/**
 * The time for records and reports. A node's own clock may be days off: it is compared with the control plane's at each
 * answer, and where it is off by more than a few seconds the control plane's is used. Not for trust: whether a manifest
 * has expired is judged by the node's own clock, which no answer can turn back.
 */
export class NodeClock {
  /** Epoch milliseconds by the node's own clock. */
  readonly systemMs: () => number;
  readonly #onChange: (skewMs: number) => void;
  #measuredMs: number | null = null;
  #correctionMs = 0;

  /** `onChange` hears of each new correction; 0: the clock is right again. */
  constructor(systemMs: () => number, onChange: (skewMs: number) => void = () => {}) {
    this.systemMs = systemMs;
    this.#onChange = onChange;
  }

  /** Epoch milliseconds, corrected. */
  readonly nowMs = (): number => this.systemMs() - this.#correctionMs;

  /** How far the node's own clock is ahead of the control plane's; null before the first answer. */
  get skewMs(): number | null {
    return this.#measuredMs;
  }

  /** What the node's own clock says, where that is known to be wrong; else null. */
  readonly wrongTime = (): string | null => (this.#correctionMs === 0 ? null : new Date(this.systemMs()).toISOString());

  /** Takes the `date` of an answer that was asked for at one time of the system's clock and came at another. */
  observe(date: string | null, askedAtMs: number, answeredAtMs: number): void {
    const theirsMs = Date.parse(date ?? '') + HALF_A_SECOND_MS;
    const tripMs = answeredAtMs - askedAtMs;
    if (Number.isNaN(theirsMs) || tripMs < 0 || tripMs > LONGEST_TRIP_MS) return;
    this.#measuredMs = Math.round((askedAtMs + answeredAtMs) / 2 - theirsMs);
    const correctionMs = Math.abs(this.#measuredMs) > TOLERANCE_MS ? this.#measuredMs : 0;
    const isNoise = correctionMs !== 0 && Math.abs(correctionMs - this.#correctionMs) <= NOISE_MS;
    if (isNoise || correctionMs === this.#correctionMs) return;
    this.#correctionMs = correctionMs;
    this.#onChange(correctionMs);
  }
}
