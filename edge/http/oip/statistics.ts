interface Tally {
  count: number;
  ns: number;
}

interface Counts {
  lastMs: number;
  rows: number;
  readonly success: Tally;
  readonly fail: Tally;
  readonly model: Tally;
}

const NS_OF_MS = 1_000_000;
const NONE = { count: 0, ns: 0 };

/** What became of the inferences of one version by this protocol since the process began. */
export class InferenceStatistics {
  readonly #counts = new Map<string, Counts>();

  succeeded(
    deployment: string,
    version: string,
    run: { nowMs: number; rows: number; totalMs: number; modelMs: number },
  ): void {
    const counts = this.#of(deployment, version);
    counts.lastMs = run.nowMs;
    counts.rows += run.rows;
    add(counts.success, run.totalMs);
    add(counts.model, run.modelMs);
  }

  failed(deployment: string, version: string, totalMs: number): void {
    add(this.#of(deployment, version).fail, totalMs);
  }

  /** In the form of the statistics extension; stages that are not measured apart are zero. */
  show(name: string, deployment: string, version: string): Record<string, unknown> {
    const { lastMs, rows, success, fail, model } = this.#of(deployment, version);
    return {
      name,
      version,
      last_inference: lastMs,
      inference_count: rows,
      execution_count: success.count,
      inference_stats: {
        success,
        fail,
        queue: NONE,
        compute_input: NONE,
        compute_infer: model,
        compute_output: NONE,
        cache_hit: NONE,
        cache_miss: NONE,
      },
      batch_stats: [],
    };
  }

  #of(deployment: string, version: string): Counts {
    const key = `${deployment} ${version}`;
    let counts = this.#counts.get(key);
    if (!counts) {
      counts = { lastMs: 0, rows: 0, success: { ...NONE }, fail: { ...NONE }, model: { ...NONE } };
      this.#counts.set(key, counts);
    }
    return counts;
  }
}

function add(tally: Tally, ms: number): void {
  tally.count++;
  tally.ns += Math.round(ms * NS_OF_MS);
}
