import { addToProfile, emptyProfile } from '../../core/sketch/value-profile.ts';
import { judgeDrift, type DriftJudgement } from '../../subgraphs/monitoring/domain/quality/drift.ts';
import { severityOf, type Severity } from '../../subgraphs/monitoring/domain/quality/drift-severity.ts';
import { judgeProfiles } from '../../subgraphs/monitoring/domain/quality/profile-drift.ts';
import { ReferenceWindow } from '../../subgraphs/monitoring/domain/quality/counted-window.ts';
import { SampleCollector } from '../../subgraphs/monitoring/domain/quality/value-sample.ts';
import { seededRandom } from './seeded-random.ts';

/** What a verdict reads: the values themselves, as `driftReport`, or what nodes count of them, as indicators. */
export type ReadFrom = 'values' | 'profiles';
type Value = number | string;
/** The values of each feature in a window. */
type Window = readonly (readonly Value[])[];

interface Source {
  readonly random: () => number;
  readonly normal: () => number;
}

function sourceOf(seed: number): Source {
  const random = seededRandom(seed);
  return {
    random,
    normal: () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  };
}

/** By turns bell-shaped, spread over decades, a count with many zeros, one of twenty texts of which some are rare, a flag. */
const KINDS: readonly ((source: Source) => Value)[] = [
  ({ normal }) => normal(),
  ({ normal }) => Math.exp(normal()),
  ({ random }) => Math.floor(-3 * Math.log(1 - random())),
  ({ random }) => `c${Math.floor(random() ** 2 * 20)}`,
  ({ random }) => Number(random() < 0.1),
];

const nameOf = (feature: number): string => `view__feature_${feature}`;
const valuesOf = (n: number, draw: () => Value): Value[] => Array.from({ length: n }, draw);
const unchanged = (features: number, n: number, source: Source): Window =>
  Array.from({ length: features }, (_, i) => {
    const kind = KINDS[i % KINDS.length]!;
    return valuesOf(n, () => kind(source));
  });

const sampleOf = (values: readonly Value[], feature: number) => {
  const collector = new SampleCollector(nameOf(feature));
  for (const value of values) collector.add(value, 'PRESENT');
  return collector.finish();
};

const countedOf = (values: readonly Value[]) => {
  const profile = emptyProfile();
  for (const value of values) addToProfile(profile, value, 'PRESENT');
  return profile;
};

/** Judges windows against others by what is read of them; what was read of a window is kept by the caller. */
interface Reader<Read> {
  readonly read: (window: Window) => Read;
  readonly judge: (reference: Read, current: Read) => DriftJudgement;
}

const FROM_VALUES: Reader<ReturnType<typeof sampleOf>[]> = {
  read: (window) => window.map(sampleOf),
  judge: (reference, current) => judgeDrift(reference, current, 'BY_EFFECT'),
};

const FROM_PROFILES: Reader<ReferenceWindow> = {
  read: (window) =>
    new ReferenceWindow({
      answers: window[0]?.length ?? 0,
      profiles: new Map(window.map((values, i) => [nameOf(i), countedOf(values)])),
    }),
  judge: (reference, current) => judgeProfiles(reference, current, [...reference.profiles.keys()]),
};

const isAlarm = (severity: Severity): boolean => severity !== 'NONE' && severity !== 'UNKNOWN';

export interface Quiet {
  readonly weeks: number;
  readonly features: number;
  /** Values of a feature in a week. */
  readonly n: number;
  readonly from: ReadFrom;
  readonly seed: number;
}

export interface FalseAlarms {
  /** Weeks in which some feature was called. */
  readonly weeks: number;
  /** Features that were called, over all weeks. */
  readonly features: number;
}

/** Weeks in which nothing changes, each held against the week before: what is called all the same, by either preset. */
export function falseAlarms(quiet: Quiet): { readonly BY_EFFECT: FalseAlarms; readonly SOURCE: FalseAlarms } {
  return quiet.from === 'values' ? alarmsIn(quiet, FROM_VALUES) : alarmsIn(quiet, FROM_PROFILES);
}

function alarmsIn<Read>({ weeks, features, n, seed }: Quiet, { read, judge }: Reader<Read>) {
  const source = sourceOf(seed);
  const called = { BY_EFFECT: { weeks: 0, features: 0 }, SOURCE: { weeks: 0, features: 0 } };
  let before = read(unchanged(features, n, source));
  for (let week = 0; week < weeks; week++) {
    const current = read(unchanged(features, n, source));
    const judged = judge(before, current).features;
    const bySource = judged.map(({ psi, jensenShannon, ks, adjustedP, referenceCount, currentCount }) =>
      severityOf(
        {
          psi,
          jensenShannon,
          ksD: ks?.d ?? null,
          ksP: ks?.p ?? null,
          adjustedP,
          n: Math.min(referenceCount, currentCount),
        },
        'SOURCE',
      ),
    );
    for (const [preset, severities] of [
      ['BY_EFFECT', judged.map(({ severity }) => severity)],
      ['SOURCE', bySource],
    ] as const) {
      const alarms = severities.filter(isAlarm).length;
      called[preset].features += alarms;
      if (alarms > 0) called[preset].weeks++;
    }
    before = current;
  }
  return called;
}

/** A change of one feature: what its values are before and after. */
export interface Shift {
  readonly name: string;
  readonly before: (source: Source) => Value;
  readonly after: (source: Source) => Value;
}

const moved = (by: number): Shift => ({
  name: `mean by ${by} standard deviations`,
  before: ({ normal }) => normal(),
  after: ({ normal }) => normal() + by,
});
const flag = (from: number, to: number): Shift => ({
  name: `a flag from ${from * 100} % to ${to * 100} %`,
  before: ({ random }) => Number(random() < from),
  after: ({ random }) => Number(random() < to),
});
const spread: Shift = {
  name: 'twice the spread, the same mean',
  before: ({ normal }) => normal(),
  after: ({ normal }) => normal() * 2,
};
const category: Shift = {
  name: 'a text that was not there, for 10 % of the answers',
  before: ({ random }) => `c${Math.floor(random() * 10)}`,
  after: ({ random }) => (random() < 0.1 ? 'new' : `c${Math.floor(random() * 10)}`),
};

export const SHIFTS: readonly Shift[] = [
  moved(0.1),
  moved(0.25),
  moved(0.5),
  moved(1),
  flag(0.1, 0.2),
  spread,
  category,
];

export interface Planted {
  readonly runs: number;
  /** Features in all, those that change among them. */
  readonly features: number;
  /** Values of a feature in an hour; the reference has ten times as many. */
  readonly n: number;
  /** Hours from the one of the change on, after which nobody waits any longer. */
  readonly hours: number;
  readonly from: ReadFrom;
  readonly seed: number;
}

/** By shift: hours from the change to the end of the first hour that called it; null where none did. */
export type Delays = ReadonlyMap<string, readonly (number | null)[]>;

/** Some of many features change at an instant within an hour; each hour is held against what came before the change. */
export function detectionDelays(planted: Planted): Delays {
  return planted.from === 'values' ? delaysIn(planted, FROM_VALUES) : delaysIn(planted, FROM_PROFILES);
}

function delaysIn<Read>({ runs, features, n, hours, seed }: Planted, { read, judge }: Reader<Read>): Delays {
  const source = sourceOf(seed);
  const others = features - SHIFTS.length;
  const windowOf = (size: number, old: number): Window => [
    ...SHIFTS.map(({ before, after }) => valuesOf(size, () => (source.random() < old ? before : after)(source))),
    ...unchanged(others, size, source),
  ];
  const delays = new Map<string, (number | null)[]>(SHIFTS.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run++) {
    const reference = read(windowOf(10 * n, 1));
    const onset = source.random();
    const found = new Map<string, number>();
    for (let hour = 0; hour < hours && found.size < SHIFTS.length; hour++) {
      const judged = judge(reference, read(windowOf(n, hour === 0 ? onset : 0))).features;
      for (const [i, { name }] of SHIFTS.entries()) {
        if (!found.has(name) && isAlarm(judged[i]!.severity)) found.set(name, hour + 1 - onset);
      }
    }
    for (const { name } of SHIFTS) delays.get(name)!.push(found.get(name) ?? null);
  }
  return delays;
}
