import type * as z from 'zod';
import { DomainError } from '../../core/errors.ts';
import { ExposureRecord, MOST_FACTS, OutcomeRecord, outOfTime, type TelemetryAnswer } from '../../schema/telemetry.ts';
import type { ServingTable } from '../serving/deployment.ts';
import { trustShown } from '../telemetry/asker-trust.ts';
import { withKeptUnit } from '../serving/exposed-unit.ts';
import type { RecordLog } from '../telemetry/record-log.ts';
import type { Tokenizer } from '../telemetry/token.ts';
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

export interface FactDeps {
  readonly log: RecordLog;
  readonly table: ServingTable;
  readonly tokenizer: Tokenizer | null;
  readonly nowMs: () => number;
}

/**
 * `POST /v1/outcomes`: what happened in the end; `POST /v1/exposures`: who met an arm where no answer of this node says so.
 * Each is checked by itself, kept in the node's queue and sent on to monitoring; what is acknowledged here survives until
 * monitoring has it. No room: STORAGE_FULL, and nothing is lost that was acknowledged. Ids are answered as they were sent.
 */
export function addFactRoutes(routes: RouteTable, deps: FactDeps): void {
  const { log, nowMs } = deps;
  for (const { kind, list, schema } of ROUTES) {
    routes.add({ method: 'POST', path: `/v1/${list}`, scope: 'monitoring:ingest' }, async (c) => {
      const { trust, project } = c.get('caller');
      const shown = trustShown(trust);
      const acked: string[] = [];
      const rejected: Rejected[] = [];
      const kept: Promise<boolean>[] = [];
      const keep = async (given: OutcomeRecord | ExposureRecord): Promise<boolean> => {
        const fact = 'unit' in given ? await withKeptUnit(given, project, deps) : given;
        return log.append({ kind, id: fact.id, json: JSON.stringify(fact), whenFull: 'REFUSE' });
      };
      for (const [i, given] of factsIn(await jsonObject(c), list).entries()) {
        const sentId = isObject(given) && typeof given['id'] === 'string' ? given['id'] : `${list}[${i}]`;
        const fact = readFact(given, { kind, schema }, sentId, nowMs());
        if ('code' in fact) {
          rejected.push(fact);
          continue;
        }
        kept.push(keep({ ...fact, ...shown }));
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
