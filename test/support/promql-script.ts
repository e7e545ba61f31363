import { durationMs } from '../../core/promql/duration.ts';
import type { Matcher } from '../../core/promql/expression.ts';
import { matching } from '../../core/promql/matcher.ts';
import { drop, keyOf, NAME, type Labels } from '../../core/promql/labels.ts';
import { PromqlError } from '../../core/promql/promql-error.ts';
import { textOf } from '../../core/promql/text-literal.ts';
import type { Series, SeriesSource } from '../../core/promql/series.ts';

/** A value that a script writes; `histogram`: a native one, which is not of the subset. */
export type Point = number | 'absent' | 'stale' | 'histogram';

export interface WrittenSeries {
  readonly labels: Labels;
  readonly points: readonly Point[];
}

export interface PromqlCase {
  readonly name: string;
  readonly query: string;
  readonly at: { readonly startMs: number; readonly endMs: number; readonly stepMs: number };
  readonly isRange: boolean;
  readonly source: SeriesSource;
  readonly expected: readonly WrittenSeries[];
  /** A number or text on a line of its own. */
  readonly literal: string | null;
  readonly fails: { readonly message: string | null; readonly regex: RegExp | null } | null;
  readonly ordered: boolean;
  /** Annotations that are asked for, which we don't make. */
  readonly wantsAnnotations: boolean;
  readonly expectsRange: boolean;
}

const seconds = (text: string): number => {
  const ms = durationMs(text);
  return ms ?? Math.round(Number(text) * 1_000);
};

/** `metric{label="value"} 1+2x3 _ stale` → labels and points. */
export function writtenSeries(line: string): WrittenSeries {
  const end = endOfName(line);
  // When a counter began, which is not of the subset.
  if (line.includes('}@st'))
    return { labels: labelsIn(line.slice(0, line.indexOf('}@st') + 1)), points: ['histogram'] };
  return { labels: labelsIn(line.slice(0, end).trim()), points: pointsOf(line.slice(end).trim()) };
}

function labelsIn(text: string): Labels {
  const labels: Record<string, string> = {};
  const open = text.indexOf('{');
  const name = (open < 0 ? text : text.slice(0, open)).trim();
  if (name !== '') labels[NAME] = name;
  const pairs = open < 0 ? '' : text.slice(open + 1, text.lastIndexOf('}'));
  const quoted = /"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`/.source;
  for (const [, key = '', value] of pairs.matchAll(new RegExp(`(${quoted}|[\\w.]+)\\s*(?:=\\s*(${quoted}))?`, 'g'))) {
    const label = /^["'`]/.test(key) ? textOf(key, 0) : key;
    if (value === undefined) labels[NAME] = label;
    else if (textOf(value, 0) !== '') labels[label] = textOf(value, 0);
  }
  return labels;
}

function endOfName(line: string): number {
  let quoted = false;
  let depth = 0;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i];
    if (letter === '\\' && quoted) i++;
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && letter === '{') depth++;
    else if (!quoted && letter === '}') depth--;
    else if (!quoted && depth === 0 && /\s/.test(letter ?? '') && !/^\s*\{[^{]/.test(line.slice(i))) return i;
  }
  return line.length;
}

function pointsOf(text: string): Point[] {
  const points: Point[] = [];
  const plain = text.replaceAll(/\{\{[^}]*\}\}([+-]\{\{[^}]*\}\})?/g, '{{}}');
  for (const word of plain.split(/\s+/).filter(Boolean)) {
    const histogram = /^\{\{\}\}(?:x(\d+))?$/.exec(word);
    if (histogram) {
      for (let i = 0; i <= Number(histogram[1] ?? 0); i++) points.push('histogram');
      continue;
    }
    const gap = /^_(?:x(\d+))?$/.exec(word);
    if (gap) {
      for (let i = 0; i < Number(gap[1] ?? 1); i++) points.push('absent');
      continue;
    }
    if (word === 'stale') {
      points.push('stale');
      continue;
    }
    const steps = /^([+-]?[^x]*?[^e])([+-][^+-]*(?:e[+-]?\d+)?)x(\d+)$/i.exec(word) ?? /^(.+?)()x(\d+)$/.exec(word);
    const first = steps && !/^0x/i.test(word.replace(/^[+-]/, '')) ? steps : hexSteps(word, steps);
    if (!first) {
      points.push(numberIn(word));
      continue;
    }
    const [start, step] = [numberIn(first[1] ?? ''), first[2] === '' ? 0 : numberIn(first[2] ?? '')];
    for (let i = 0; i <= Number(first[3]); i++) points.push(start + i * step);
  }
  return points;
}

/** `0x10` in a list of points is zero, repeated. */
const hexSteps = (_: string, steps: RegExpExecArray | null): RegExpExecArray | null => steps;

const numberIn = (text: string): number => {
  const plain = text.toLowerCase().replace(/^\+/, '');
  if (plain === 'nan') return NaN;
  if (plain === 'inf') return Infinity;
  if (plain === '-inf') return -Infinity;
  return Number(plain);
};

class Store implements SeriesSource {
  readonly #series: {
    readonly labels: Labels;
    readonly times: number[];
    readonly values: (number | null)[];
    native: boolean;
  }[] = [];

  add({ labels, points }: WrittenSeries, stepMs: number): void {
    const key = keyOf(labels);
    let series = this.#series.find((one) => keyOf(one.labels) === key);
    if (!series) {
      series = { labels, times: [], values: [], native: false };
      this.#series.push(series);
    }
    const added = points.map((point, i) => ({ at: i * stepMs, point })).filter(({ point }) => point !== 'absent');
    const all = new Map(series.times.map((time, i) => [time, series.values[i] ?? null]));
    for (const { at, point } of added) {
      if (point === 'histogram') series.native = true;
      all.set(at, typeof point === 'number' ? point : null);
    }
    const times = [...all.keys()].sort((a, b) => a - b);
    series.times.splice(0, Infinity, ...times);
    series.values.splice(0, Infinity, ...times.map((time) => all.get(time) ?? null));
  }

  select(matchers: readonly Matcher[]): readonly Series[] {
    const fits = matching(matchers);
    const found = this.#series.filter(({ labels }) => fits(labels));
    if (found.some(({ native }) => native)) {
      throw new PromqlError('unsupported', 'native histograms are not of the subset');
    }
    return found;
  }
}

/** All evaluations of a script, each with the data that it sees. */
export function promqlCases(name: string, text: string): PromqlCase[] {
  const lines = text.split('\n').map((line) => (/^\s*#/.test(line) ? '' : line.trimEnd()));
  const cases: PromqlCase[] = [];
  let loads: { readonly series: WrittenSeries; readonly stepMs: number }[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line === 'clear') loads = [];
    const load = /^load(_with_nhcb)? (\S+)/.exec(line);
    const evaluated = /^eval(_\w+)? (instant at (\S+)|range from (\S+) to (\S+) step (\S+)) (.*)$/.exec(line);
    if (!load && !evaluated) continue;
    const block: string[] = [];
    while ((lines[i + 1] ?? '').trim() !== '' && !/^(load|eval|clear)/.test(lines[i + 1] ?? ''))
      block.push((lines[++i] ?? '').trim());
    if (load) {
      const stepMs = seconds(load[2] ?? '');
      loads = [...loads, ...block.map((one) => ({ series: writtenSeries(one), stepMs }))];
      if (load[1] !== undefined) loads = [...loads, ...natives(block).map((series) => ({ series, stepMs }))];
      continue;
    }
    const [, kind = '', , at, from, to, step, query = ''] = evaluated ?? [];
    const startMs = seconds(at ?? from ?? '');
    const before = loads;
    cases.push({
      name: `${name}:${cases.length + 1} ${query}`,
      query,
      isRange: at === undefined,
      at: {
        startMs,
        endMs: at === undefined ? seconds(to ?? '') : startMs,
        stepMs: at === undefined ? seconds(step ?? '') : 1,
      },
      source: lazily(before),
      ...expectations(kind, block),
    });
  }
  return cases;
}

/** The native twin that `load_with_nhcb` makes of each classic histogram. */
function natives(block: readonly string[]): WrittenSeries[] {
  return block
    .map(writtenSeries)
    .filter(({ labels }) => labels[NAME]?.endsWith('_bucket') ?? false)
    .map(({ labels, points }) => ({
      labels: { ...drop(labels, ['le']), [NAME]: labels[NAME]?.replace(/_bucket$/, '') ?? '' },
      points: points.map(() => 'histogram' as const),
    }));
}

function lazily(loads: readonly { readonly series: WrittenSeries; readonly stepMs: number }[]): SeriesSource {
  let store: Store | undefined;
  return {
    select: (matchers) => {
      if (!store) {
        store = new Store();
        for (const { series, stepMs } of loads) store.add(series, stepMs);
      }
      return store.select(matchers);
    },
  };
}

function expectations(kind: string, block: readonly string[]) {
  const expects = block.filter((line) => /^expect(ed_fail_\w+)? /.test(line) || line === 'expect fail');
  const values = block.filter((line) => !/^expect(ed_fail_\w+)?\b/.test(line));
  const fail = expects.find((line) => line.startsWith('expect fail') || line.startsWith('expected_fail'));
  const message = /(?:msg:|expected_fail_message)\s*(.*)$/.exec(fail ?? '')?.[1] ?? null;
  const regex = /(?:regex:|expected_fail_regexp)\s*(.*)$/.exec(fail ?? '')?.[1] ?? null;
  const text = expects.find((line) => line.startsWith('expect string'));
  const literal = text
    ? text.slice('expect string'.length).trim()
    : (values.find((line) => /^[-+]?(\d|\.|Inf|NaN)\S*$/i.test(line)) ?? null);
  return {
    fails:
      kind === '_fail' || fail
        ? {
            message: message === null ? null : unquoted(message),
            regex: regex === null ? null : new RegExp(unquoted(regex)),
          }
        : null,
    ordered: kind === '_ordered' || expects.includes('expect ordered'),
    wantsAnnotations: /_(warn|info)/.test(kind) || expects.some((line) => /^expect (warn|info)\b/.test(line)),
    expectsRange: expects.some((line) => line.startsWith('expect range vector')),
    literal,
    expected: literal !== null && values.length === 1 ? [] : values.map(writtenSeries),
  };
}

const unquoted = (text: string): string => (/^".*"$/.test(text) ? text.slice(1, -1) : text);
