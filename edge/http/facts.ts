import type * as z from 'zod';
import { DomainError } from '../../core/errors.ts';
import { ExposureRecord, MOST_FACTS, OutcomeRecord, outOfTime, type TelemetryAnswer } from '../../schema/telemetry.ts';
import { trustShown } from '../telemetry/asker-trust.ts';
import type { RecordLog } from '../telemetry/record-log.ts';
import { isObject, jsonObject } from './request-body.ts';
import type { RouteTable } from './route-table.ts';

type Rejected = TelemetryAnswer['rejected'][number];

interface FactRoute {
  readonly kind: 'outcome' | 'exposure';
  /** The field of the body, and the end of the path. */
  readonly list: string;
  readonly schema: z.ZodType<OutcomeRecord | ExposureRecord>;
}

const ROUTES: readonly FactRoute[] = [
  { kind: 'outcome', list: 'outcomes', schema: OutcomeRecord },
  { kind: 'exposure', list: 'exposures', schema: ExposureRecord },
];

/**
 * `POST /v1/outcomes`: what happened in the end; `POST /v1/exposures`: who met an arm where no answer of this node says so.
 * Each is checked by itself, kept in the node's queue and sent on to monitoring; what is acknowledged here survives until
 * monitoring has it. No room: STORAGE_FULL, and nothing is lost that was acknowledged. Ids are answered as they were sent.
 */
export function addFactRoutes(table: RouteTable, log: RecordLog, nowMs: () => number): void {
  for (const { kind, list, schema } of ROUTES) {
    table.add({ method: 'POST', path: `/v1/${list}`, scope: 'monitoring:ingest' }, async (c) => {
      const trust = trustShown(c.get('caller').trust);
      const acked: string[] = [];
      const rejected: Rejected[] = [];
      const kept: Promise<boolean>[] = [];
      for (const [i, given] of factsIn(await jsonObject(c), list).entries()) {
        const sentId = isObject(given) && typeof given['id'] === 'string' ? given['id'] : `${list}[${i}]`;
        const fact = readFact(given, { kind, schema }, sentId, nowMs());
        if ('code' in fact) {
          rejected.push(fact);
          continue;
        }
        kept.push(log.append({ kind, id: fact.id, json: JSON.stringify({ ...fact, ...trust }), whenFull: 'REFUSE' }));
        acked.push(sentId);
      }
      await Promise.all(kept);
      return c.json({ acked, rejected } satisfies TelemetryAnswer, 202);
    });
  }
}

function factsIn(body: Readonly<Record<string, unknown>>, list: string): readonly unknown[] {
  const facts = body[list];
  if (Array.isArray(facts) && facts.length <= MOST_FACTS && Object.keys(body).length === 1) return facts;
  const allowed = `{"${list}": […]}, at most ${MOST_FACTS} of them`;
  throw new DomainError('INVALID_INPUT', `send ${allowed}`, { field: list, allowed: [allowed] });
}

/** The record, or why monitoring would never take it. */
function readFact(
  given: unknown,
  { kind, schema }: Pick<FactRoute, 'kind' | 'schema'>,
  id: string,
  nowMs: number,
): OutcomeRecord | ExposureRecord | Rejected {
  const fact = schema.safeParse(given);
  if (!fact.success) {
    const [issue] = fact.error.issues;
    return { id, code: 'INVALID_INPUT', message: `${issue?.path.join('.') || kind}: ${issue?.message ?? 'not valid'}` };
  }
  const { occurredAt } = fact.data;
  const allowed = outOfTime(occurredAt, nowMs);
  if (allowed === null) return fact.data;
  return { id, code: 'OUT_OF_RANGE', message: `occurredAt: ${occurredAt} could not be stored; allowed: ${allowed}` };
}
