import { DomainError } from '../../core/errors.ts';
import { OutcomeBatch, OutcomeRecord, type TelemetryAnswer } from '../../schema/telemetry.ts';
import { isObject, jsonObject } from './request-body.ts';
import type { RouteTable } from './route-table.ts';
import type { RecordLog } from '../telemetry/record-log.ts';

/**
 * `POST /v1/outcomes`: what happened in the end. Each is checked by itself, kept in the node's queue and sent on to
 * monitoring; what is acknowledged here survives until monitoring has it. No room: STORAGE_FULL, and nothing is lost
 * that was acknowledged.
 */
export function addOutcomesRoute(table: RouteTable, log: RecordLog): void {
  table.add({ method: 'POST', path: '/v1/outcomes', scope: 'monitoring:ingest' }, async (c) => {
    const batch = OutcomeBatch.safeParse(await jsonObject(c));
    if (!batch.success) {
      throw new DomainError('INVALID_INPUT', 'send {"outcomes": […]}, at most 1000 of them', { field: 'outcomes' });
    }
    const acked: string[] = [];
    const rejected: TelemetryAnswer['rejected'] = [];
    const kept: Promise<boolean>[] = [];
    for (const [i, given] of batch.data.outcomes.entries()) {
      const outcome = OutcomeRecord.safeParse(given);
      if (outcome.success) {
        const { id } = outcome.data;
        kept.push(log.append({ kind: 'outcome', id, json: JSON.stringify(outcome.data), whenFull: 'REFUSE' }));
        acked.push(id);
      } else {
        const [issue] = outcome.error.issues;
        const id = isObject(given) && typeof given['id'] === 'string' ? given['id'] : `outcomes[${i}]`;
        const message = `${issue?.path.join('.') || 'outcome'}: ${issue?.message ?? 'not valid'}`;
        rejected.push({ id, code: 'INVALID_INPUT', message });
      }
    }
    await Promise.all(kept);
    return c.json({ acked, rejected } satisfies TelemetryAnswer, 202);
  });
}
