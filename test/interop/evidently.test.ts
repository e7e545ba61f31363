import { describe, expect, it } from 'vitest';
import { addToProfile, emptyProfile } from '../../core/sketch/value-profile.ts';
import { decodeProfiles, encodeProfiles } from '../../core/sketch/profile-codec.ts';
import { ReferenceWindow } from '../../subgraphs/monitoring/domain/quality/counted-window.ts';
import { judgeProfiles } from '../../subgraphs/monitoring/domain/quality/profile-drift.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { pythonApart } from './python.ts';

const PYTHON = process.env['TIFFIN_EVIDENTLY_PYTHON'] ?? '.interop/evidently-python/bin/python';

const FEATURES = 1_000;
const WINDOWS = 24;
const REFERENCE_ROWS = 10_000;
const WINDOW_ROWS = 1_000;
/** So many columns are given to Evidently, in one window, and its time is multiplied: it looks at each column by itself. */
const PART = 16;
/** Judges so many times as fast as Evidently, at the least. */
const LEAST_RATIO = 50;

const PROGRAM = `
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

asked = json.load(sys.stdin)
reference, current = pd.DataFrame(asked["reference"]), pd.DataFrame(asked["current"])
methods = [{"num_method": n, "cat_method": c} for n, c in (("psi", "psi"), ("ks", "chisquare"), ("jensenshannon", "jensenshannon"))]

def run(options):
    return Report([DataDriftPreset(**options)]).run(current, reference).dict()

run({})
answers = {"cpu": {}, "scores": {}}
for name, options in [("preset", {}), *((m["num_method"], m) for m in methods)]:
    began = time.process_time()
    report = run(options)
    answers["cpu"][name] = time.process_time() - began
    answers["scores"][name] = {
        m["config"]["column"]: m["value"] for m in report["metrics"] if "column" in m["config"]
    }
json.dump(answers, sys.stdout)
`;

const random = seededRandom(7);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const nameOf = (feature: number): string => `feature_${feature}`;
const NAMES = Array.from({ length: FEATURES }, (_, feature) => nameOf(feature));

/** Half of the features are spread over decades, a quarter are counts, a quarter texts; the first eight have drifted in what is current. */
function valueOf(feature: number, drifts: boolean): number | string {
  const shift = drifts && feature < 8 ? 1 : 0;
  if (feature % 4 < 2) return Math.exp(normal() + shift);
  if (feature % 4 === 2) return Math.floor(random() * 40) + 20 * shift;
  return `c${Math.floor(random() * 20) + 8 * shift}`;
}

type Columns = Record<string, (number | string)[]>;
const PARTS = NAMES.slice(0, PART);

/** The values of the first columns, and the bytes of the profiles of all. */
function makeWindow(rows: number, drifts: boolean): { columns: Columns; bytes: Uint8Array } {
  const columns: Columns = {};
  const profiles = new Map(
    NAMES.map((name, feature) => {
      const profile = emptyProfile();
      const values = Array.from({ length: rows }, () => valueOf(feature, drifts));
      for (const value of values) addToProfile(profile, value, 'PRESENT');
      if (feature < PART) columns[name] = values;
      return [name, profile];
    }),
  );
  return { columns, bytes: encodeProfiles(profiles) };
}

interface Answers {
  readonly cpu: Readonly<Record<'preset' | 'psi' | 'ks' | 'jensenshannon', number>>;
  readonly scores: Readonly<Record<'psi' | 'ks', Readonly<Record<string, number>>>>;
}

function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

describe('Evidently', () => {
  it(
    'calls the same features drifted, from the values themselves, at many times the cost',
    { timeout: 600_000 },
    async () => {
      const reference = makeWindow(REFERENCE_ROWS, false);
      const windows = Array.from({ length: WINDOWS }, (_, i) => makeWindow(WINDOW_ROWS, i === 0));
      const judge = () => {
        const before = new ReferenceWindow({ answers: REFERENCE_ROWS, profiles: decodeProfiles(reference.bytes) });
        return windows.map(({ bytes }) =>
          judgeProfiles(before, { answers: WINDOW_ROWS, profiles: decodeProfiles(bytes) }, NAMES),
        );
      };
      const [first] = judge();
      const ours = Math.min(...Array.from({ length: 5 }, () => cpuSeconds(judge)));

      const asked = { reference: reference.columns, current: windows[0]!.columns };
      const { cpu, scores }: Answers = await pythonApart(PROGRAM, asked, PYTHON);
      const scale = (FEATURES / PART) * WINDOWS;
      const preset = cpu.preset * scale;
      const all = (cpu.psi + cpu.ks + cpu.jensenshannon) * scale;
      const of = (seconds: number): string => `${seconds.toFixed(0)} s, ${(seconds / ours).toFixed(0)} times as much`;
      console.log(
        `${FEATURES} features × ${WINDOWS} windows of ${WINDOW_ROWS} rows against ${REFERENCE_ROWS}, time of processors:\n` +
          `  from profiles, PSI, chi-square, Jensen–Shannon and Kolmogorov–Smirnov: ${ours.toFixed(2)} s\n` +
          `  Evidently, one test a column as its preset chooses: ${of(preset)}\n` +
          `  Evidently, the same tests: ${of(all)}\n` +
          `  (Evidently was given ${PART} columns of one window, warm; multiplied by ${scale})`,
      );
      const drifted = PARTS.filter((name) => name in scores.psi && scores.psi[name]! > 0.1);
      expect(drifted).toEqual(PARTS.slice(0, 8));
      const verdicts = new Map(first!.features.map(({ name, severity }) => [name, severity]));
      expect(PARTS.filter((name) => verdicts.get(name) !== 'NONE')).toEqual(drifted);
      expect(preset / ours).toBeGreaterThan(LEAST_RATIO);
      expect(all / ours).toBeGreaterThan(LEAST_RATIO);
    },
  );
});
