/**
 * How often drift is called where nothing changes (200 simulated weeks × 100 features of 100, 1,000 and 20,000 values), and how many hours after a planted change it
 * is called, as tables, by the verdict of `driftReport` (from values) and of indicators (from profiles). Seeded; a number of weeks, and so of runs, may be given.
 */
import { wilsonInterval } from '../../core/statistics/wilson.ts';
import { EFFECT_ALPHA } from '../../subgraphs/monitoring/domain/quality/drift-severity.ts';
import { detectionDelays, falseAlarms, SHIFTS } from '../support/drift-simulation.ts';

const given = Number(process.argv[2] ?? 200);
if (!Number.isSafeInteger(given) || given < 10) {
  throw new Error(`weeks: is ${process.argv[2]}, and allowed is a whole number from 10`);
}
const WEEKS = given;
const RUNS = Math.ceil(WEEKS / 10);
const FEATURES = 100;
const HOURS = 24;
const SIZES = [100, 1_000, 20_000] as const;

const shown = (value: number): string => value.toLocaleString('en');
const percent = (count: number, of: number): string => `${((100 * count) / of).toFixed(2)} %`;
const row = (...cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
const heading = (...cells: readonly string[]): void => {
  row(...cells);
  row(...cells.map(() => '---'));
};
const wrong: string[] = [];

console.log(`Nothing changes: ${WEEKS} weeks × ${FEATURES} features, each week held against the one before.\n`);
heading('values', 'judged from', 'weeks with an alarm', 'features called', 'weeks by SOURCE', 'features by SOURCE');
for (const n of SIZES) {
  for (const from of ['values', 'profiles'] as const) {
    const { BY_EFFECT, SOURCE } = falseAlarms({ weeks: WEEKS, features: FEATURES, n, from, seed: n });
    row(
      shown(n),
      from,
      `${BY_EFFECT.weeks} (${percent(BY_EFFECT.weeks, WEEKS)})`,
      `${BY_EFFECT.features} (${percent(BY_EFFECT.features, WEEKS * FEATURES)})`,
      percent(SOURCE.weeks, WEEKS),
      percent(SOURCE.features, WEEKS * FEATURES),
    );
    // More than the stated rate by more than chance: a week in a hundred, at a confidence of 99 %.
    if (wilsonInterval(BY_EFFECT.weeks, WEEKS, 0.99).lower > EFFECT_ALPHA) {
      wrong.push(`${n} values from ${from}: an alarm in ${percent(BY_EFFECT.weeks, WEEKS)} of the weeks`);
    }
  }
}

console.log(
  `\n${SHIFTS.length} of ${FEATURES} features change within an hour: ${RUNS} runs, ${HOURS} hours, from profiles; called in so many runs, after so many hours (median, slowest).\n`,
);
heading('change', ...SIZES.map((n) => `${shown(n)} values an hour`));
const found = SIZES.map((n) =>
  detectionDelays({ runs: RUNS, features: FEATURES, n, hours: HOURS, from: 'profiles', seed: n + 1 }),
);
for (const { name } of SHIFTS) {
  const cells = found.map((delays) => {
    const all = delays.get(name) ?? [];
    const hours = all.filter((delay) => delay !== null).toSorted((a, b) => a - b);
    if (hours.length === 0) return 'never';
    const [median, slowest] = [hours[Math.floor((hours.length - 1) / 2)]!, hours.at(-1)!];
    return `${percent(hours.length, all.length).replace('.00', '')}, ${median.toFixed(1)} h, ${slowest.toFixed(1)} h`;
  });
  row(name, ...cells);
}
const largest = 'mean by 1 standard deviations';
for (const [i, delays] of found.entries()) {
  const missed = delays.get(largest)?.filter((delay) => delay === null).length ?? RUNS;
  if (missed > 0) wrong.push(`${SIZES[i]} values an hour: ${largest} was missed in ${missed} runs`);
}
for (const what of wrong) console.log(`  wrong: ${what}`);
if (wrong.length > 0) process.exitCode = 1;
