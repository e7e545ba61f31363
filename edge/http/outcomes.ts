import { DomainError } from '../../core/errors.ts';
import { OutcomeBatch, OutcomeRecord, outOfTime, type TelemetryAnswer } from '../../schema/telemetry.ts';
import type { RecordLog } from '../telemetry/record-log.ts';
import { isObject, jsonObject } from './request-body.ts';
import type { RouteTable } from './route-table.ts';

type Rejected = TelemetryAnswer['rejected'][number];

/**
 * `POST /v1/outcomes`: what happened in the end. Each is checked by itself, kept in the node's queue and sent on to
 * monitoring; what is acknowledged here survives until monitoring has it. No room: STORAGE_FULL, and nothing is lost
 * that was acknowledged. Ids are answered as they were sent.
 */
export function addOutcomesRoute(table: RouteTable, log: RecordLog, nowMs: () => number): void {
  table.add({ method: 'POST', path: '/v1/outcomes', scope: 'monitoring:ingest' }, async (c) => {
    const batch = OutcomeBatch.safeParse(await jsonObject(c));
    if (!batch.success) {
      throw new DomainError('INVALID_INPUT', 'send {"outcomes": […]}, at most 1000 of them', { field: 'outcomes' });
    }
    const acked: string[] = [];
    const rejected: Rejected[] = [];
    const kept: Promise<boolean>[] = [];
    for (const [i, given] of batch.data.outcomes.entries()) {
      const sentId = isObject(given) && typeof given['id'] === 'string' ? given['id'] : `outcomes[${i}]`;
      const outcome = readOutcome(given, sentId, nowMs());
      if ('code' in outcome) {
        rejected.push(outcome);
        continue;
      }
      kept.push(log.append({ kind: 'outcome', id: outcome.id, json: JSON.stringify(outcome), whenFull: 'REFUSE' }));
      acked.push(sentId);
    }
    await Promise.all(kept);
    return c.json({ acked, rejected } satisfies TelemetryAnswer, 202);
  });
}

/** The outcome, or why monitoring would never take it. */
function readOutcome(given: unknown, id: string, nowMs: number): OutcomeRecord | Rejected {
  const outcome = OutcomeRecord.safeParse(given);
  if (!outcome.success) {
    const [issue] = outcome.error.issues;
    const message = `${issue?.path.join('.') || 'outcome'}: ${issue?.message ?? 'not valid'}`;
    return { id, code: 'INVALID_INPUT', message };
  }
  const { occurredAt } = outcome.data;
  const allowed = outOfTime(occurredAt, nowMs);
  if (allowed === null) return outcome.data;
  return { id, code: 'OUT_OF_RANGE', message: `occurredAt: ${occurredAt} could not be stored; allowed: ${allowed}` };
}
