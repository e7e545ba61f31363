import type { Pool } from 'pg';
import type { HoldoutCounts, SideCounts } from '../../domain/record/holdout.ts';
import { POSITIVE_FROM } from '../../domain/quality/performance.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import { OUTCOME } from './labelled-window.ts';
import { windowCondition } from './prediction-window.ts';
import { inHashingTransaction } from '../transaction.ts';

interface SideRow {
  readonly held: boolean;
  readonly free: boolean;
  readonly units: string;
  readonly labelled: string;
  readonly converted: string;
}

const NONE: SideCounts = { units: 0, labelled: 0, converted: 0 };

/** The units of a window by their side of the holdout, each once, with the outcomes in force. */
export function countHoldout(pool: Pool, window: PredictionWindow): Promise<HoldoutCounts> {
  const { join, value } = OUTCOME[window.trust];
  const { sql, parameters } = windowCondition(window);
  return inHashingTransaction(pool, async (client) => {
    const { rows } = await client.query<SideRow>(
      `select held, free, count(*)::text as units, count(*) filter (where n > 0)::text as labelled,
         count(*) filter (where positive)::text as converted
       from (
         select bool_or(p.layer = 'HOLDOUT') as held, bool_or(p.layer <> 'HOLDOUT') as free, count(${value}) as n,
           bool_or(${value} >= ${POSITIVE_FROM}) as positive
         from prediction p ${join} where ${sql} and p.holdout is not null group by p.holdout ->> 'unit'
       ) units group by held, free`,
      parameters,
    );
    const { rows: shares } = await client.query<{ share: number }>(
      `select distinct (p.holdout ->> 'share')::float8 as share from prediction p
       where ${sql} and p.holdout is not null order by share`,
      parameters,
    );
    const side = (held: boolean, free: boolean): SideCounts => {
      const row = rows.find((one) => one.held === held && one.free === free);
      if (!row) return NONE;
      return { units: Number(row.units), labelled: Number(row.labelled), converted: Number(row.converted) };
    };
    return {
      holdout: side(true, false),
      rest: side(false, true),
      crossed: side(true, true).units,
      shares: shares.map(({ share }) => share),
    };
  });
}
