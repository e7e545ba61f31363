import type { Pool } from 'pg';
import type { Labels } from '../../../../core/promql/labels.ts';
import { judgeDrift } from '../../domain/quality/drift.ts';
import { profiledDrift, type Distributions } from '../../domain/quality/profile-drift.ts';
import { ReferenceWindow } from '../../domain/quality/counted-window.ts';
import { conceptReadings } from '../../domain/indicators/concept.ts';
import { estimateReadings } from '../../domain/indicators/estimate.ts';
import { fairnessReadings } from '../../domain/indicators/fairness.ts';
import { driftReadings, qualityReadings } from '../../domain/indicators/distribution.ts';
import { DAY_SECONDS, lengthLabel, referenceOf, SHORT_SECONDS } from '../../domain/indicators/grid.ts';
import { deploymentLabels, versionLabel, type Indicator, type Reading } from '../../domain/indicators/indicator.ts';
import { INDICATORS } from '../../domain/indicators/indicators.ts';
import { nodeReadings } from '../../domain/indicators/nodes.ts';
import { scoreReadings } from '../../domain/indicators/quality.ts';
import { slicesOf, type Slice } from '../../domain/indicators/slices.ts';
import { trafficReadings } from '../../domain/indicators/traffic.ts';
import type { MetricSample } from '../../domain/metric.ts';
import { UNNARROWED, type PredictionWindow } from '../../domain/prediction-window.ts';
import { allEdgeNodes } from '../../storage/node/edge-node.ts';
import {
  dueWindows,
  saveMeasured,
  stateOfDays,
  type DueFilter,
  type DueWindow,
  type Measured,
} from '../../storage/quality/measured-window.ts';
import { writeSamples } from '../../storage/metric-sample.ts';
import { coveringProfiles } from '../../storage/quality/profile.ts';
import { readLabelledStream, readScored } from '../../storage/record/scored-window.ts';
import { readTraffic } from '../../storage/record/traffic-window.ts';
import { featureNames, readValues, type ValueWindow } from '../../storage/record/value-window.ts';
import { moneyReadings } from '../cost/money-readings.ts';
import type { MonitoringDeps } from '../deps.ts';

/** So many windows are looked for at once. */
const CHUNK = 200;
/** At one turn of the clock no window is begun after so long: rules wait for them. */
const TURN_MS = 10_000;
/** Features beyond these have no series. */
const MOST_FEATURES = 200;
const REFERENCES_KEPT = 4;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What a window is held against: profiles where nodes counted all answers that are stored, else the stored values. */
interface Reference {
  readonly state: string;
  readonly values: ValueWindow | null;
  readonly profiled: ReferenceWindow | null;
}

/**
 * Turns what is stored into samples that rules and charts read: window by window, and again where records or outcomes came since.
 * What a window shows depends on what is stored alone, so that order, repetition and delay of batches make no difference.
 */
export class Measuring {
  readonly #deps: MonitoringDeps;
  readonly #references = new Map<string, Reference>();
  #nodesAt = 0;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** All that is measured, by name. */
  list(): readonly Indicator[] {
    return INDICATORS;
  }

  /** What is due by the clock, of windows whose samples are kept; some of it where there is much. */
  async measureDue(at: Date): Promise<void> {
    const { sampleDays } = this.#deps;
    const from = sampleDays === 0 ? null : new Date(at.getTime() - sampleDays * DAY_MS);
    await this.#measure({ project: null, from, at }, performance.now() + TURN_MS);
    await this.#measureNodes(at);
  }

  /** All whose samples an evaluation of a project's rules looks at. */
  async measureFor(project: string, from: Date, at: Date): Promise<void> {
    await this.#measure({ project, from, at }, Infinity);
    await this.#measureNodes(at);
  }

  /** `until`: by the process's own clock. */
  async #measure(filter: DueFilter, until: number): Promise<void> {
    const { pool } = this.#deps.db;
    while (performance.now() < until) {
      const due = await dueWindows(pool, filter, CHUNK);
      const ofOne = Map.groupBy(due, ({ project, deployment }) => `${project} ${deployment}`).values();
      for (const windows of ofOne) await this.#measureDeployment(windows, until);
      if (due.length < CHUNK) break;
    }
  }

  async #measureDeployment(windows: readonly DueWindow[], until: number): Promise<void> {
    const { pool } = this.#deps.db;
    const [first] = windows;
    if (!first) return;
    const { project } = first;
    const short = windows.filter(({ seconds }) => seconds === SHORT_SECONDS);
    if (short.length > 0) await saveMeasured(pool, project, await this.#traffic(short));
    for (const window of windows) {
      if (window.seconds === SHORT_SECONDS) continue;
      if (performance.now() >= until) return;
      const readings = await this.#records(window);
      await saveMeasured(pool, project, [{ window, samples: standing(window, readings) }]);
    }
  }

  async #traffic(windows: readonly DueWindow[]): Promise<readonly Measured[]> {
    const [{ project, deployment }] = windows as readonly [DueWindow, ...DueWindow[]];
    const base = deploymentLabels(project, deployment);
    const rows = await readTraffic(
      this.#deps.db.pool,
      project,
      deployment,
      windows.map(({ from }) => from),
    );
    const byStart = Map.groupBy(rows, ({ start }) => start.getTime());
    return windows.map((window) => {
      const readings = (byStart.get(window.from.getTime()) ?? []).flatMap((row) =>
        trafficReadings({ ...base, model_version: versionLabel(project, row.modelVersions) }, row),
      );
      return { window, samples: standing(window, readings) };
    });
  }

  /** Distributions, quality and money of one window of hours. */
  async #records({ project, deployment, from, to, seconds }: DueWindow): Promise<readonly Reading[]> {
    const { pool } = this.#deps.db;
    const window = { project, deployment, trust: 'server', ...UNNARROWED, from, to } as const;
    const base = { ...deploymentLabels(project, deployment), window: lengthLabel(seconds) };
    const rows = await readScored(pool, window);
    const slices = slicesOf(project, rows);
    return [
      ...(await this.#distributions(window, base)),
      ...scoreReadings(base, slices),
      ...(await moneyReadings(pool, window, base)),
      ...(seconds === DAY_SECONDS
        ? [...(await this.#labelled(window, base, slices)), ...fairnessReadings(project, base, rows)]
        : []),
    ];
  }

  async #distributions(window: PredictionWindow, base: Labels): Promise<readonly Reading[]> {
    const { pool } = this.#deps.db;
    const counted = await coveringProfiles(pool, window);
    const reference = await this.#reference(window, counted !== null);
    if (counted && reference.profiled) {
      return distributionReadings(base, profiledDrift(reference.profiled, counted, MOST_FEATURES));
    }
    const before = reference.values ?? (await readWeek(pool, { ...window, ...referenceOf(window) }));
    const isFirst = before.rows === 0;
    const names = isFirst ? (await featureNames(pool, window)).slice(0, MOST_FEATURES) : namesIn(before);
    const after = await readValues(pool, window, names, isFirst ? undefined : before);
    return distributionReadings(base, {
      features: after.features,
      drift: isFirst
        ? null
        : judgeDrift([before.score, ...before.features], [after.score, ...after.features], 'BY_EFFECT'),
    });
  }

  /** What the answers with an outcome of a day and of the week before say: whether errors grew, and how good scores likely are. */
  async #labelled(window: PredictionWindow, base: Labels, slices: readonly Slice[]): Promise<readonly Reading[]> {
    const { from } = referenceOf(window);
    const stream = await readLabelledStream(this.#deps.db.pool, { ...window, from });
    const before = stream.filter(({ at }) => at < window.from);
    return [
      ...conceptReadings(
        base,
        stream.map(({ at, score, label }) => ({ score, label, inWindow: at >= window.from })),
      ),
      ...estimateReadings(window.project, base, before, slices),
    ];
  }

  /** The week before the day of a window: read once for all windows of a day, and again where it got records since. */
  async #reference(window: PredictionWindow, wantsProfiles: boolean): Promise<Reference> {
    const { pool } = this.#deps.db;
    const week = { ...window, ...referenceOf(window) };
    const key = `${window.project} ${window.deployment} ${week.to.toISOString()} ${wantsProfiles}`;
    const state = await stateOfDays(pool, week);
    const held = this.#references.get(key);
    if (held?.state === state) return held;
    const counted = wantsProfiles ? await coveringProfiles(pool, week) : null;
    const profiled = counted && new ReferenceWindow(counted);
    const read = { state, profiled, values: profiled ? null : await readWeek(pool, week) };
    this.#references.delete(key);
    this.#references.set(key, read);
    const [oldest] = this.#references.keys();
    if (this.#references.size > REFERENCES_KEPT && oldest !== undefined) this.#references.delete(oldest);
    return read;
  }

  /** Readings of nodes, once a minute: of now, since nothing is known of how they stood before. */
  async #measureNodes(at: Date): Promise<void> {
    const { db, now } = this.#deps;
    const minute = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
    if (minute <= this.#nodesAt || at > now()) return;
    const instant = new Date(minute);
    const nodes = Map.groupBy(await allEdgeNodes(db.em()), ({ project }) => project);
    for (const [project, own] of nodes) {
      const readings = own.flatMap((node) => nodeReadings(node, instant));
      await writeSamples(
        db.pool,
        project,
        readings.map((reading) => ({ ...reading, at: instant })),
      );
    }
    this.#nodesAt = minute;
  }
}

const namesIn = ({ features }: ValueWindow): readonly string[] => features.map(({ name }) => name);

async function readWeek(pool: Pool, week: PredictionWindow): Promise<ValueWindow> {
  return readValues(pool, week, (await featureNames(pool, week)).slice(0, MOST_FEATURES));
}

/** What a window shows of each feature, and how it and the score have drifted; null: there is nothing to hold it against. */
function distributionReadings(base: Labels, { features, drift }: Distributions): readonly Reading[] {
  const quality = features.flatMap((feature) => qualityReadings({ ...base, feature: feature.name }, feature));
  const [score, ...others] = drift?.features ?? [];
  return [
    ...quality,
    ...(score ? driftReadings('score', base, score) : []),
    ...others.flatMap((one) => driftReadings('feature', { ...base, feature: one.name }, one)),
  ];
}

/** What a window shows stands until the next of its length is over. */
const standing = ({ to, seconds }: DueWindow, readings: readonly Reading[]): readonly MetricSample[] =>
  readings.map((reading) => ({ ...reading, at: to, standsMs: seconds * 1_000 }));
