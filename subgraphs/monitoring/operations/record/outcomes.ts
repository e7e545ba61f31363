import type * as z from 'zod';
import { OutcomeRecord, type OutcomeBatch } from '../../../../schema/telemetry.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { Turns } from '../../../shared/turns.ts';
import { mostPending, noRoom, type OutcomeAccount } from '../../domain/record/pending-outcome.ts';
import { readRecords } from '../../domain/record/record.ts';
import { answerOf, type IngestResult, type Rejection } from '../../domain/record/rejection.ts';
import { byTrust, type Trust } from '../../domain/trust.ts';
import { announceFacts } from '../../storage/record/fact.ts';
import { insertOutcomes, type OutcomeArrival } from '../../storage/record/outcome.ts';
import {
  awaitedPredictions,
  countPending,
  expirePending,
  findOutcomeAccount,
  insertPending,
  joinablePredictions,
  raiseOutcomeAccount,
  takePending,
  tellExposed,
} from '../../storage/record/pending-outcome.ts';
import { holdPredictionTimes } from '../../storage/record/prediction-insert.ts';
import { inTransaction } from '../../../shared/database/in-transaction.ts';
import type { MonitoringDeps } from '../deps.ts';
import type { SenderContext } from './ingest.ts';

const DAY_MS = 86_400_000;
/** As many as a batch has. */
const SETTLED_AT_ONCE = 1_000;

/**
 * What happened in the end. An outcome that comes before its prediction is acknowledged and waits: the node that answered
 * may be away for days.
 */
export class Outcomes {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async take({ actor }: SenderContext, batch: z.infer<typeof OutcomeBatch>): Promise<IngestResult> {
    const { db, now, deviceMaxAgeDays, retentionDays } = this.#deps;
    const { project, trust } = actor;
    const arrival = { project, trust, receivedAt: now() };
    const times = { now: arrival.receivedAt, deviceMaxAgeDays, retentionDays };
    const turns = new Turns();
    const { valid, rejected } = await readRecords(OutcomeRecord, batch.outcomes, trust, times, {
      ahead: 'REFUSED',
      textsAreStorable: false,
      pass: () => turns.pass(),
    });
    const all = [...rejected];
    for (const [deserved, own] of byTrust(trust, valid)) {
      const early = await this.#store({ ...arrival, trust: deserved }, own);
      if (early.length > 0) all.push(...(await this.#keep({ ...arrival, trust: deserved }, early)));
    }
    if (all.length > 0) await raiseOutcomeAccount(db.pool, project, trust, { refused: all.length });
    const answer = answerOf(valid, all);
    this.#deps.metrics.noteBatch('outcome', trust, answer);
    return answer;
  }

  account({ actor }: RequestContext, trust: Trust): Promise<OutcomeAccount> {
    return findOutcomeAccount(this.#deps.db.pool, actor.project, trust);
  }

  /** Takes the outcomes that waited for some predictions, which are stored by now, or of which an exposure is. */
  async join(project: string, predictionIds: readonly string[]): Promise<void> {
    const { pool } = this.#deps.db;
    const awaited = await awaitedPredictions(pool, project, predictionIds);
    if (awaited.length === 0) return;
    let joined = 0;
    await inTransaction(pool, async (client) => {
      const known = await holdPredictionTimes(client, project, awaited);
      const taken = await takePending(client, project, [...known.keys()]);
      const records = taken.flatMap((outcome) => {
        const predictionAt = known.get(outcome.predictionId);
        return predictionAt ? [{ ...outcome, predictionAt }] : [];
      });
      if (records.length > 0) await insertOutcomes(client, project, records);
      const unanswered = awaited.filter((id) => !known.has(id));
      const exposed = unanswered.length === 0 ? [] : await tellExposed(client, project, unanswered);
      const waited = records.filter((record) => !record.exposed);
      for (const trust of ['device', 'server'] as const) {
        const told = exposed.find((one) => one.trust === trust)?.count ?? 0;
        const count = told + waited.filter((record) => record.trust === trust).length;
        if (count > 0) await raiseOutcomeAccount(client, project, trust, { pending: -count, joined: count });
        joined += count;
      }
    });
    this.#deps.metrics.noteSettled('joined', joined);
    announceFacts(pool);
  }

  /** Takes what waits though its prediction has come, and gives up what has waited too long. */
  async settlePending(): Promise<void> {
    const { db, now, pending, log, metrics } = this.#deps;
    const joinable = await joinablePredictions(db.pool, SETTLED_AT_ONCE);
    for (const [project, rows] of Map.groupBy(joinable, (row) => row.project)) {
      await this.join(
        project,
        rows.map(({ id }) => id),
      );
    }
    const before = new Date(now().getTime() - pending.days * DAY_MS);
    let givenUp = 0;
    for (let gone = SETTLED_AT_ONCE; gone === SETTLED_AT_ONCE;) {
      const found = await inTransaction(db.pool, (client) => expirePending(client, before, SETTLED_AT_ONCE));
      givenUp += found.lost;
      ({ gone } = found);
    }
    metrics.noteSettled('given_up', givenUp);
    if (givenUp > 0) log.warn({ outcomes: givenUp }, 'outcomes were given up: their predictions never came');
  }

  /** Stores what has its prediction; answers what has none. */
  async #store(arrival: OutcomeArrival, valid: readonly OutcomeRecord[]): Promise<readonly OutcomeRecord[]> {
    const { pool } = this.#deps.db;
    const { project, trust, receivedAt } = arrival;
    const early = await inTransaction(pool, async (client) => {
      const known = await holdPredictionTimes(client, project, [...new Set(valid.map((one) => one.predictionId))]);
      const taken = valid.flatMap((outcome) => {
        const predictionAt = known.get(outcome.predictionId);
        return predictionAt ? [{ ...outcome, predictionAt, trust, receivedAt }] : [];
      });
      if (taken.length > 0) await insertOutcomes(client, project, taken);
      return valid.filter(({ predictionId }) => !known.has(predictionId));
    });
    if (early.length < valid.length) announceFacts(pool);
    return early;
  }

  /** Keeps what came early; answers what there is no room for. */
  async #keep(arrival: OutcomeArrival, early: readonly OutcomeRecord[]): Promise<readonly Rejection[]> {
    const { db, pending } = this.#deps;
    const { project, trust } = arrival;
    const most = mostPending(pending, trust);
    const kept = await inTransaction(db.pool, async (client) => {
      const room = Math.max(0, most - (await countPending(client, project, trust)));
      const some = early.slice(0, room);
      if (some.length === 0) return some;
      const count = await insertPending(client, arrival, some);
      if (count > 0) await raiseOutcomeAccount(client, project, trust, { pending: count });
      return some;
    });
    // A prediction that was stored in this moment saw nothing wait for it.
    await this.join(project, [...new Set(kept.map(({ predictionId }) => predictionId))]);
    return early.slice(kept.length).map((record) => noRoom(record, most));
  }
}
