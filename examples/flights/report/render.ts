import { SAMPLES, WEEK_SAMPLES, type SampleRule } from '../sampling.ts';
import type { Took } from '../../shared/stopwatch.ts';
import { BOOSTING } from '../../shared/train/boosted-trees.ts';
import { DECISION_THRESHOLD, type ChallengerFigures } from './challengers.ts';
import { DRIFTED_PSI, type DriftWeek } from './drift.ts';
import type { Figures } from './figures.ts';
import type { KnownAtCase } from './known-at-case.ts';
import type { LeakageFigures } from './leakage.ts';
import { table } from '../../shared/report/markdown-table.ts';

/** The sections of the README that the report writes, by the name of their markers. */
export const SECTIONS = ['known-at', 'leakage', 'drift', 'challengers', 'samples', 'times'] as const;
export type Section = (typeof SECTIONS)[number];

export function renderFigures(figures: Figures): Readonly<Record<Section, string>> {
  return {
    'known-at': renderCase(figures.knownAtCase),
    leakage: renderLeakage(figures.leakage),
    drift: renderDrift(figures.drift),
    challengers: renderChallengers(figures.challengers),
    samples: renderSamples(),
    times: renderTimes(figures),
  };
}

const auc = (value: number): string => value.toFixed(3);
const brier = (value: number): string => value.toFixed(4);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const minute = (time: Date): string => time.toISOString().slice(0, 16).replace('T', ' ');
const share = (value: number | null | undefined): string => value?.toFixed(3) ?? 'null';
const count = (value: number): string => value.toLocaleString('en-US');

function renderCase({ origin, destination, departure, rows, inTheAir, inTheAirLate }: KnownAtCase): string {
  const published = table(
    ['origin', 'event time', 'created', 'late_share_3h', 'flights_3h'],
    rows.map(({ eventTime, created, lateShare, flights }) => [
      origin,
      minute(eventTime),
      minute(created),
      share(lateShare),
      String(flights),
    ]),
  );
  return `A flight from ${origin} to ${destination} pushes back at ${minute(departure)} UTC. Both joins pick the same event time, for which there are these rows:

${published}

The join that asks what was known takes the first one, ${share(rows[0]?.lateShare)}. The join by event time alone takes the last one, ${share(rows.at(-1)?.lateShare)}. Of the flights behind that share, ${inTheAir} were still in the air at push-back, and ${inTheAirLate} of those came late: the future, in a training row.`;
}

function renderLeakage({ wholeWeek, sample }: Figures['leakage']): string {
  const row = (name: string, key: keyof LeakageFigures): readonly string[] => [
    name,
    auc(wholeWeek[key].auc),
    brier(wholeWeek[key].brier),
    auc(sample[key].auc),
    brier(sample[key].brier),
  ];
  return table(
    ['model', 'AUC, whole week', 'Brier, whole week', 'AUC, sample', 'Brier, sample'],
    [
      row('static features only', 'static'),
      row('point-in-time join, built and served', 'pointInTime'),
      row('naive join, judged on the naive join (the lie)', 'naiveJudged'),
      row('the same naive model, served with what was known (the truth)', 'naiveServed'),
    ],
  );
}

function renderDrift(weeks: readonly DriftWeek[]): string {
  const drifted = weeks.filter(({ scorePsi }) => scorePsi > DRIFTED_PSI);
  const largest = Math.max(...weeks.map(({ distancePsi }) => distancePsi));
  const rows = weeks.map((week) => [
    week.scorePsi > DRIFTED_PSI ? `**${week.week}**` : week.week,
    week.scorePsi.toFixed(2),
    week.distancePsi.toFixed(4),
    auc(week.auc),
    brier(week.brier),
  ]);
  return `${table(['week of', 'PSI of the score', 'PSI of distance', 'AUC', 'Brier'], rows)}

${drifted.length} of ${weeks.length} weeks lie above ${DRIFTED_PSI}; \`distance\` never passes ${largest.toFixed(4)}.`;
}

function renderChallengers({ champion, comparisons }: ChallengerFigures): string {
  return table(
    ['model', 'AUC', 'Brier', 'Brier − champion', 'p, paired', `decisions flipped at ${DECISION_THRESHOLD}`],
    [
      [champion.name, auc(champion.auc), brier(champion.brier), '', '', ''],
      ...comparisons.map((other) => [
        other.name,
        auc(other.auc),
        brier(other.brier),
        `${other.brierDifference < 0 ? '−' : '+'}${Math.abs(other.brierDifference).toFixed(4)}`,
        other.p < 0.001 ? '< .001' : other.p.toFixed(3),
        percent(other.flipped),
      ]),
    ],
  );
}

function renderSamples(): string {
  const [firstWeek, lastWeek] = [WEEK_SAMPLES.slice(0, 1), WEEK_SAMPLES.slice(-1)];
  const rows: readonly (readonly [string, SampleRule])[] = [
    ...Object.entries(SAMPLES),
    ...firstWeek.map((rule) => ['first week of drift', rule] as const),
    ...lastWeek.map((rule) => ['last week of drift', rule] as const),
  ];
  const { trees, depth, learningRate, lambda, minChildWeight } = BOOSTING;
  return `${table(
    ['sample', 'from (UTC day)', 'to, excluded', 'flights', 'seed'],
    rows.map(([name, { from, to, size, seed }]) =>
      size === Infinity ? [name, from, to, 'all', ''] : [name, from, to, count(size), String(seed)],
    ),
  )}

Boosted trees: ${trees} of depth ${depth}, learning rate ${learningRate}, λ ${lambda}, least child weight ${minChildWeight}.`;
}

function renderTimes({ prepared, took }: Figures): string {
  const { flights, implausible, delayRows } = prepared;
  return `${table(
    ['step', 'seconds', 'CPU seconds'],
    [
      timed(`read ${count(flights + implausible)} flights from Parquet`, prepared.took.read),
      timed(
        `write ${count(flights)} flights in order, in UTC, with the times of their outcomes`,
        prepared.took.flights,
      ),
      timed(`build ${count(delayRows.origin + delayRows.destination)} rows of late shares`, prepared.took.delayRows),
      timed(`build and train 3 models on ${count(SAMPLES.january.size)} flights`, took.leakageTraining),
      timed('judge them on a week and its sample', took.leakage),
      timed(`score and compare ${WEEK_SAMPLES.length} weeks`, took.drift),
      timed('build, train and compare 3 challengers', took.challengers),
    ],
  )}

${implausible} flights with an implausible delay were left out.`;
}

const timed = (what: string, { seconds, cpuSeconds }: Took): readonly string[] => [
  what,
  seconds.toFixed(1),
  cpuSeconds.toFixed(1),
];
