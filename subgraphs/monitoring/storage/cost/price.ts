import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Prices } from '../../domain/cost/prices.ts';

type Written = Pick<Prices, 'currency' | 'nodes' | 'perThousandAnswers' | 'decisions'>;

interface Row {
  readonly project: string;
  readonly deployment: string;
  readonly validFrom: Date | string;
  readonly prices: Written;
  readonly setAt: Date | string;
  readonly setBy: string;
}

const COLUMNS = 'project, deployment, valid_from as "validFrom", prices, set_at as "setAt", set_by as "setBy"';
const pricesOf = ({ prices, validFrom, setAt, ...row }: Row): Prices => ({
  ...row,
  ...prices,
  validFrom: new Date(validFrom),
  setAt: new Date(setAt),
});

/** Of one deployment one at a time until the transaction ends: the prices that were set last, if there are any. */
export async function lockNewestPrices(em: EntityManager, project: string, deployment: string): Promise<Prices | null> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('monitoring.prices ' || ? || ' ' || ?, 0))`, [
    project,
    deployment,
  ]);
  const [row] = await em.execute<Row[]>(
    `select ${COLUMNS} from deployment_price where project = ? and deployment = ? order by valid_from desc limit 1`,
    [project, deployment],
  );
  return row ? pricesOf(row) : null;
}

export async function insertPrices(em: EntityManager, prices: Prices): Promise<void> {
  const { project, deployment, validFrom, setAt, setBy, currency, nodes, perThousandAnswers, decisions } = prices;
  const written: Written = { currency, nodes, perThousandAnswers, decisions };
  await em.execute(
    `insert into deployment_price (project, deployment, valid_from, prices, set_at, set_by) values (?, ?, ?, ?::jsonb, ?, ?)`,
    [project, deployment, validFrom, JSON.stringify(written), setAt, setBy],
  );
}

/** Prices of a deployment, the newest first. */
export async function listPrices(
  pool: Pool,
  project: string,
  deployment: string,
  { first, after }: PageRequest,
): Promise<readonly Prices[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from deployment_price where project = $1 and deployment = $2
       and ($3::timestamptz is null or valid_from < $3) order by valid_from desc limit $4`,
    [project, deployment, after?.[0] ?? null, first + 1],
  );
  return rows.map(pricesOf);
}

/** All prices that are in force somewhere before an instant. */
export async function pricesBefore(
  pool: Pool,
  project: string,
  deployment: string,
  to: Date,
): Promise<readonly Prices[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from deployment_price where project = $1 and deployment = $2 and valid_from < $3 order by valid_from`,
    [project, deployment, to],
  );
  return rows.map(pricesOf);
}
