/**
 * Drift of 1,000 features in 24 hourly windows, all tests of one variable (PSI, chi-square, Jensen–Shannon, Kolmogorov–Smirnov), from the bytes of profiles as they are
 * stored; beside the same verdicts from the values themselves, of a part of the features. Then what profiles cost a node
 * at 180 models × 28 states × 50 features: time of an answer, memory, and bytes that are sent.
 */
import { decodeProfiles, encodeProfiles } from '../../core/sketch/profile-codec.ts';
import { addToProfile, emptyProfile, type ValueProfile } from '../../core/sketch/value-profile.ts';
import { MemoryTable } from '../../edge/telemetry/memory-table.ts';
import type { Answered } from '../../edge/telemetry/prediction-log.ts';
import { Profiles } from '../../edge/telemetry/profiles.ts';
import { TableRecordLog } from '../../edge/telemetry/table-record-log.ts';
import { judgeDrift } from '../../subgraphs/monitoring/domain/quality/drift.ts';
import { judgeProfiles } from '../../subgraphs/monitoring/domain/quality/profile-drift.ts';
import { ReferenceWindow } from '../../subgraphs/monitoring/domain/quality/counted-window.ts';
import { SampleCollector } from '../../subgraphs/monitoring/domain/quality/value-sample.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { median } from './load.ts';

const FEATURES = 1_000;
const WINDOWS = 24;
const ROUNDS = 5;
const REFERENCE_ROWS = 10_000;
const WINDOW_ROWS = 1_000;
/** The values themselves are judged for so many features, and what it takes is scaled. */
const RAW_FEATURES = 8;

const random = seededRandom(7);
const shown = (value: number): string => Math.round(value).toLocaleString('en');
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Half of the features are spread over decades, a quarter are counts, a quarter texts. */
function valueOf(feature: number): number | string {
  if (feature % 4 < 2) return Math.exp(normal());
  return feature % 4 === 2 ? Math.floor(random() * 40) : `c${Math.floor(random() * 20)}`;
}
const nameOf = (feature: number): string => `view__feature_${feature}`;
const names = Array.from({ length: FEATURES }, (_, feature) => nameOf(feature));

interface Made {
  readonly bytes: Uint8Array;
  readonly columns: readonly (readonly (number | string)[])[];
}

function makeWindow(rows: number): Made {
  const columns: (number | string)[][] = [];
  const profiles = new Map<string, ValueProfile>();
  for (let feature = 0; feature < FEATURES; feature++) {
    const profile = emptyProfile();
    const values = Array.from({ length: rows }, () => valueOf(feature));
    for (const value of values) addToProfile(profile, value, 'PRESENT');
    profiles.set(nameOf(feature), profile);
    if (feature < RAW_FEATURES) columns.push(values);
  }
  return { bytes: encodeProfiles(profiles), columns };
}

function samplesOf({ columns }: Made) {
  return columns.map((values, feature) => {
    const collector = new SampleCollector(nameOf(feature));
    for (const value of values) collector.add(value, 'PRESENT');
    return collector.finish();
  });
}

const reference = makeWindow(REFERENCE_ROWS);
const windows = Array.from({ length: WINDOWS }, () => makeWindow(WINDOW_ROWS));
const took = { profiles: [] as number[], values: [] as number[] };
const cpu = { profiles: [] as number[], values: [] as number[] };
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const severities = new Set<string>();
for (let round = 0; round <= ROUNDS; round++) {
  let [start, spent] = [performance.now(), cpuMs()];
  const before = new ReferenceWindow({ answers: REFERENCE_ROWS, profiles: decodeProfiles(reference.bytes) });
  for (const { bytes } of windows) {
    const after = { answers: WINDOW_ROWS, profiles: decodeProfiles(bytes) };
    const { features } = judgeProfiles(before, after, names);
    for (const { severity } of features) severities.add(severity);
  }
  const ofProfiles = [performance.now() - start, cpuMs() - spent] as const;
  const samples = { before: samplesOf(reference), after: windows.map(samplesOf) };
  [start, spent] = [performance.now(), cpuMs()];
  for (const after of samples.after) judgeDrift(samples.before, after, 'BY_EFFECT');
  const scale = FEATURES / RAW_FEATURES;
  const ofValues = [(performance.now() - start) * scale, (cpuMs() - spent) * scale] as const;
  // The first warms both up.
  if (round === 0) continue;
  took.profiles.push(ofProfiles[0]);
  took.values.push(ofValues[0]);
  cpu.profiles.push(ofProfiles[1]);
  cpu.values.push(ofValues[1]);
}
const [fast, slow] = [median(took.profiles), median(took.values)];
console.log(
  `${shown(FEATURES)} features × ${WINDOWS} windows of ${shown(WINDOW_ROWS)} answers against ${shown(REFERENCE_ROWS)}, median of ${ROUNDS} rounds`,
);
console.log(
  `  from profiles, decoded: ${shown(fast)} ms (slowest ${shown(Math.max(...took.profiles))} ms), ${shown(median(cpu.profiles))} ms of cpu`,
);
console.log(
  `  from the values, in memory and without reading them (${RAW_FEATURES} features, scaled): ${shown(slow)} ms, ${shown(median(cpu.values))} ms of cpu: ${(median(cpu.values) / median(cpu.profiles)).toFixed(0)} times as much`,
);
console.log(
  `  bytes: ${shown(reference.bytes.length / FEATURES)} a feature in the reference, ${shown(windows[0]!.bytes.length / FEATURES)} in a window`,
);
if (severities.size !== 1 || !severities.has('NONE')) {
  console.log(`  wrong: nothing has drifted, and the verdicts are ${[...severities].join(', ')}`);
  process.exitCode = 1;
}

const [MODELS, STATES, NODE_FEATURES] = [180, 28, 50];
const EACH = 10;

/** As much of an answer as profiles read. */
function answer(model: number, state: number): Answered {
  const features = Object.fromEntries(
    Array.from({ length: NODE_FEATURES }, (_, i) => [
      nameOf(i),
      { value: valueOf(i), status: 'PRESENT' as const, ageMs: null },
    ]),
  );
  return {
    deployment: `tiffin:default:deployment:model-${model}@production`,
    tester: null,
    trust: 'server',
    occurredAtMs: Date.UTC(2026, 2, 10, 12),
    score: random(),
    inputs: {},
    features,
    segments: { state: `s${state}` },
    choice: { arm: null },
    plan: {
      digest: model.toString(16).padStart(64, '0'),
      models: [{ version: `tiffin:default:model-version:model-${model}@1` }],
      inputs: new Map(),
      recipe: { logging: { inputs: true, features: true } },
    },
  } as unknown as Answered;
}

const MEBIBYTE = 1024 * 1024;
console.log(
  `a node with ${MODELS} models × ${STATES} states × ${NODE_FEATURES} features, ${EACH} answers each until they are sent`,
);
const answers = Array.from({ length: MODELS * STATES * EACH }, (_, i) => ({
  model: i % MODELS,
  state: Math.floor(i / MODELS) % STATES,
}));
for (const [what, mostBytes] of [
  ['as much memory as it takes', 4 * 1024 * MEBIBYTE],
  ['16 MiB, as unless set', 16 * MEBIBYTE],
] as const) {
  const table = new MemoryTable();
  const log = new TableRecordLog(table, { maxRecords: 1e9, maxBytes: 1e12 });
  const faults: unknown[] = [];
  const profiles = new Profiles({ log, mostBytes, nowMs: Date.now, onFault: (error) => faults.push(error) });
  let [noteMs, most] = [0, 0];
  for (const [i, { model, state }] of answers.entries()) {
    const one = answer(model, state);
    const start = cpuMs();
    profiles.note(one);
    noteMs += cpuMs() - start;
    most = Math.max(most, profiles.counts().bytes);
    // Others have their turn, as between real answers.
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await profiles.flush();
  const records = await log.next(1e9, ['profile']);
  const sent = records.reduce((sum, { json }) => sum + json.length, 0);
  const counted = records.reduce((sum, { json }) => {
    const { segment, answers: n } = JSON.parse(json) as { segment: unknown; answers: number };
    return sum + (segment === null ? n : 0);
  }, 0);
  const { folded } = profiles.counts();
  console.log(
    `  ${what}: ${shown(most / MEBIBYTE)} MiB counted at most, ${shown(records.length)} parts, ${shown(sent / MEBIBYTE)} MiB sent (${shown(sent / records.length)} bytes a part, ${shown(sent / answers.length)} an answer), ${((noteMs * 1_000) / answers.length).toFixed(0)} µs of cpu an answer, ${shown(folded)} answers folded into other`,
  );
  if (counted !== answers.length || faults.length > 0) {
    console.log(`  wrong: ${shown(counted)} of ${shown(answers.length)} answers are counted, ${faults.length} faults`);
    process.exitCode = 1;
  }
}
