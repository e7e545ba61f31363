import type { PoolClient } from 'pg';
import type * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { ExposureRecord, PredictionRecord, ShadowRecord, type TelemetryBatch } from '../../../../schema/telemetry.ts';
import type { KeyHolder } from '../../../shared/auth/key-ring.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { Turns } from '../../../shared/turns.ts';
import type { Arrival } from '../../domain/record/prediction.ts';
import { readRecords, unstorable, type RecordRules } from '../../domain/record/record.ts';
import { answerOf, refusals, type IngestResult, type Rejection } from '../../domain/record/rejection.ts';
import { atItsPrediction, misfit } from '../../domain/record/shadow.ts';
import { byTrust } from '../../domain/trust.ts';
import { utcDayOf } from '../../domain/time-window.ts';
import { insertExposures } from '../../storage/record/exposure.ts';
import { announceFacts } from '../../storage/record/fact.ts';
import {
  findNodeTimes,
  findPredictionTimes,
  insertPredictions,
  predictionRows,
  type PredictionRows,
} from '../../storage/record/prediction-insert.ts';
import { noteReleaseVersions, type ReleaseVersion } from '../../storage/record/release-version.ts';
import { findShadows, insertShadows, lockPredictions } from '../../storage/record/shadow.ts';
import { raiseTallies } from '../../storage/record/tally.ts';
import { raiseRefusals } from '../../storage/record/accounting.ts';
import { inTransaction } from '../../../shared/database/in-transaction.ts';
import type { MonitoringDeps } from '../deps.ts';
import type { Outcomes } from './outcomes.ts';
import { ProfileIngest } from '../quality/profile-ingest.ts';

/** Who sends telemetry: the holder of a key, whose trust the records take. */
export interface SenderContext extends RequestContext {
  readonly actor: KeyHolder;
}

const idsOf = (records: readonly { readonly id: string }[]): string[] => records.map(({ id }) => id);

/**
 * Takes what nodes send. Every batch may come twice, late or in another order: the same rows and counts
 * result. What is acknowledged is committed.
 */
export class Ingest {
  readonly #deps: MonitoringDeps;
  readonly #outcomes: Outcomes;
  readonly #profiles: ProfileIngest;

  constructor(deps: MonitoringDeps, outcomes: Outcomes) {
    this.#deps = deps;
    this.#profiles = new ProfileIngest(deps);
    this.#outcomes = outcomes;
  }

  async predictions(
    { actor }: SenderContext,
    batch: z.infer<typeof TelemetryBatch>,
    texts: Pick<RecordRules, 'textsAreStorable'>,
  ): Promise<IngestResult> {
    const times = this.#times();
    checkNode(batch.node, actor);
    const arrival = { project: actor.project, node: batch.node, trust: actor.trust, receivedAt: times.now };
    const turns = new Turns();
    const pass = (): Promise<void> => turns.pass();
    const [placed, kept] = [{ ahead: 'PLACED', ...texts, pass } as const, { ahead: 'KEPT', ...texts, pass } as const];
    const predictions = await readRecords(PredictionRecord, batch.predictions, actor.trust, times, placed);
    const exposures = await readRecords(ExposureRecord, batch.exposures, actor.trust, times, placed);
    const shadows = await readRecords(ShadowRecord, batch.shadows, actor.trust, times, kept);
    const rows = await predictionRows(predictions.valid, pass);
    await this.#deps.partitions.ensure(predictions.valid.map(({ occurredAt }) => utcDayOf(new Date(occurredAt))));
    const refused = await inTransaction(this.#deps.db.pool, async (client) => {
      const conflicts = await store(client, arrival, rows);
      return [...conflicts, ...(await expose(client, arrival, exposures.valid))];
    });
    const awaited = [...idsOf(predictions.valid), ...exposures.valid.map(({ predictionId }) => predictionId)];
    if (awaited.length > 0) await this.#outcomes.join(actor.project, [...new Set(awaited)]);
    // In a transaction of its own, so that nothing waits for outcomes with the counts in its hand.
    const unpaired =
      shadows.valid.length === 0
        ? []
        : await inTransaction(this.#deps.db.pool, (client) => pair(client, arrival, shadows.valid));
    const profiles = await this.#profiles.store(arrival, batch.profiles, times, { ...kept, pass });
    const answersArms = predictions.valid.some(({ arm }) => arm !== null);
    if (answersArms || exposures.valid.length + shadows.valid.length > 0) announceFacts(this.#deps.db.pool);
    const all = [
      ...predictions.rejected,
      ...exposures.rejected,
      ...shadows.rejected,
      ...refused,
      ...unpaired,
      ...profiles.rejected,
    ];
    await this.#countRefusals(arrival, all);
    const taken = [...predictions.valid, ...exposures.valid, ...shadows.valid, ...profiles.valid];
    const result = answerOf(taken, all);
    this.#deps.metrics.noteBatch('telemetry', actor.trust, result);
    return result;
  }

  /** What is refused for ever stands in the node's account and in the log: the node alone knows what it was. */
  async #countRefusals(arrival: Arrival, rejected: readonly Rejection[]): Promise<void> {
    const counts = refusals(rejected);
    if (Object.keys(counts).length === 0) return;
    await raiseRefusals(this.#deps.db.pool, arrival, counts);
    const [first] = rejected.filter(({ code }) => counts[code] !== undefined);
    this.#deps.log.warn({ node: arrival.node, refused: counts, first }, 'records of a node were refused');
  }

  #times() {
    const { now, deviceMaxAgeDays, retentionDays } = this.#deps;
    return { now: now(), deviceMaxAgeDays, retentionDays };
  }
}

/** Each model version of each release once. */
function versionsIn(records: readonly PredictionRecord[]): readonly ReleaseVersion[] {
  const releases = new Map(records.map(({ release, models }) => [release, models]));
  return [...releases].flatMap(([release, models]) =>
    [...new Set(models.map(({ version }) => version))].map((modelVersion) => ({ release, modelVersion })),
  );
}

/** Throws FORBIDDEN where the key is that of another node. */
export function checkNode(node: string, actor: KeyHolder): void {
  if (actor.node !== undefined && actor.node !== node) {
    throw new DomainError('FORBIDDEN', `node: the key is that of "${actor.node}", and cannot speak for "${node}"`, {
      field: 'node',
      allowed: [actor.node],
    });
  }
  const problem = unstorable({ node });
  if (problem !== null) throw new DomainError('INVALID_INPUT', `node: ${problem}`, { field: 'node' });
}

/** Writes what is new. A known id is taken again only as the record that it was. */
async function store(client: PoolClient, arrival: Arrival, rows: PredictionRows): Promise<readonly Rejection[]> {
  const { records } = rows;
  if (records.length === 0) return [];
  const written = await insertPredictions(client, arrival, rows);
  for (const [trust, own] of byTrust(arrival.trust, records)) {
    await noteReleaseVersions(client, { ...arrival, trust }, versionsIn(own));
  }
  const fresh = new Set(written);
  const repeated = written.length === records.length ? [] : records.filter((record) => !fresh.has(record));
  const times = repeated.length === 0 ? new Map() : await findPredictionTimes(client, arrival.project, idsOf(repeated));
  if (written.length > 0) await raiseTallies(client, arrival, written);
  const moved = repeated.filter(({ id, occurredAt }) => times.get(id)?.getTime() !== Date.parse(occurredAt));
  if (moved.length === 0) return [];
  // One that was placed at its arrival comes again with the same time of its node.
  const nodeTimes = await findNodeTimes(client, arrival.project, idsOf(moved));
  return moved
    .filter(({ id, occurredAt, nodeTime = occurredAt }) => nodeTimes.get(id)?.getTime() !== Date.parse(nodeTime))
    .map(({ id }) => ({ id, code: 'CONFLICT', message: 'another prediction, of another time, has this id' }));
}

/** An enrolled node's word suffices for an exposure, since it may have sampled the prediction out; a device's does not. */
async function expose(
  client: PoolClient,
  arrival: Arrival,
  records: readonly ExposureRecord[],
): Promise<readonly Rejection[]> {
  if (records.length === 0) return [];
  const ids = [...new Set(records.map(({ predictionId }) => predictionId))];
  const known = arrival.trust === 'server' ? null : await findPredictionTimes(client, arrival.project, ids);
  const taken = records.filter(({ predictionId }) => known === null || known.has(predictionId));
  for (const [trust, own] of byTrust(arrival.trust, taken)) {
    await insertExposures(client, { ...arrival, trust }, own);
  }
  const accepted = new Set(taken);
  return records.filter((record) => !accepted.has(record)).map(unknownPrediction);
}

/** A shadow is taken beside a prediction that the store holds, and one beside each. */
async function pair(
  client: PoolClient,
  arrival: Arrival,
  sent: readonly ShadowRecord[],
): Promise<readonly Rejection[]> {
  const ids = [...new Set(sent.map(({ predictionId }) => predictionId))];
  const known = await lockPredictions(client, arrival.project, ids);
  const records = sent.map((record) => atItsPrediction(record, known.get(record.predictionId)));
  const misfits = new Map(
    records.map((record) => [record.id, misfit(record, arrival.trust, known.get(record.predictionId))]),
  );
  const taken = records.filter(({ id }) => misfits.get(id) === null);
  const written = await insertShadows(client, arrival, taken);
  const repeated = taken.filter(({ id }) => !written.has(id));
  const stored = await findShadows(
    client,
    arrival.project,
    repeated.flatMap(({ predictionId }) => known.get(predictionId) ?? []),
  );
  const others = repeated.filter(({ id, predictionId }) => stored.get(predictionId)?.id !== id);
  return [
    ...[...misfits.values()].filter((one) => one !== null),
    ...others.map(({ id, predictionId }): Rejection => ({
      id,
      code: 'CONFLICT',
      message: `the prediction ${predictionId} has another shadow beside it`,
    })),
  ];
}

const unknownPrediction = ({ id, predictionId }: { id: string; predictionId: string }): Rejection => ({
  id,
  code: 'PREDICTION_UNKNOWN',
  message: `the prediction ${predictionId} is not in the store: send its record first`,
});
