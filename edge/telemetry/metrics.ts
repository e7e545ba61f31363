type Labels = Readonly<Record<string, string>>;

/** A node never makes more series of one metric than this; what is beyond it is counted under `other`. */
const MOST_SERIES = 1_000;
const OTHER = 'other';
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

interface Family {
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly numbers: Map<string, number>;
  readonly histograms: Map<string, Histogram>;
}

const SPECIAL = /[\\"\n]/;
const escaped = (text: string): string =>
  SPECIAL.test(text) ? text.replaceAll(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`)) : text;

/** Several of these are written for each answer. */
function labelText(labels: Labels): string {
  let text = '';
  for (const name in labels) text += `${text && ','}${name}="${escaped(labels[name] ?? '')}"`;
  return text;
}

/** Counters, gauges and histograms as Prometheus text, in any runtime. */
export class Metrics {
  readonly #families = new Map<string, Family>();
  readonly #collectors: (() => void)[] = [];

  declare(name: string, type: Family['type'], help: string): void {
    this.#families.set(name, { type, help, numbers: new Map(), histograms: new Map() });
  }

  /** Runs before each answer of `/metrics`: for gauges that are read rather than kept. */
  collect(collector: () => void): void {
    this.#collectors.push(collector);
  }

  count(name: string, labels: Labels = {}, by = 1): void {
    const { numbers } = this.#family(name);
    const series = seriesOf(numbers, labels);
    numbers.set(series, (numbers.get(series) ?? 0) + by);
  }

  set(name: string, value: number, labels: Labels = {}): void {
    const { numbers } = this.#family(name);
    numbers.set(seriesOf(numbers, labels), value);
  }

  /** Forgets the series of a gauge, for one whose labels change. */
  clear(name: string): void {
    this.#family(name).numbers.clear();
  }

  observe(name: string, seconds: number, labels: Labels = {}): void {
    const { histograms } = this.#family(name);
    const series = seriesOf(histograms, labels);
    let histogram = histograms.get(series);
    if (!histogram) {
      histogram = { counts: SECONDS.map(() => 0), sum: 0, count: 0 };
      histograms.set(series, histogram);
    }
    const bucket = SECONDS.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
    histogram.sum += seconds;
    histogram.count++;
  }

  text(): string {
    for (const collector of this.#collectors) collector();
    const lines: string[] = [];
    for (const [name, { help, type, numbers, histograms }] of this.#families) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const [labels, value] of numbers) lines.push(`${name}${labels && `{${labels}}`} ${value}`);
      for (const [labels, histogram] of histograms) lines.push(...histogramLines(name, labels, histogram));
    }
    return `${lines.join('\n')}\n`;
  }

  #family(name: string): Family {
    const family = this.#families.get(name);
    if (!family) throw new Error(`the metric ${name} is not declared`);
    return family;
  }
}

function seriesOf(known: ReadonlyMap<string, unknown>, labels: Labels): string {
  const series = labelText(labels);
  if (known.has(series) || known.size < MOST_SERIES) return series;
  return labelText(Object.fromEntries(Object.keys(labels).map((name) => [name, OTHER])));
}

function histogramLines(name: string, labels: string, { counts, sum, count }: Histogram): string[] {
  const before = labels && `${labels},`;
  let below = 0;
  const buckets = SECONDS.map((bound, i) => `${name}_bucket{${before}le="${bound}"} ${(below += counts[i] ?? 0)}`);
  const own = labels && `{${labels}}`;
  return [
    ...buckets,
    `${name}_bucket{${before}le="+Inf"} ${count}`,
    `${name}_sum${own} ${sum}`,
    `${name}_count${own} ${count}`,
  ];
}
