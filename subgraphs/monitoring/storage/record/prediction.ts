import type { Pool } from 'pg';
import type { PageRequest } from '../../../shared/paging.ts';
import type { PredictionFilter, StoredPrediction } from '../../domain/record/prediction.ts';
import { releasesRunning } from './release-version.ts';

const COLUMNS = `project, id, occurred_at as "occurredAt", received_at as "receivedAt", node_time as "nodeTime", trust, node, epoch, seq, deployment,
  release, models, unit, arm, holder, holder_revision as "holderRevision", bucket, layer, variant, holdout, segments, score,
  decision, rules, fallback, fallback_action as "fallbackAction", forced, inputs, features, reasons, timings`;

/** bigint columns come as text. */
type Row = Omit<StoredPrediction, 'seq' | 'holderRevision'> & {
  readonly seq: string;
  readonly holderRevision: string | null;
};

const toPrediction = (row: Row): StoredPrediction => ({
  ...row,
  seq: Number(row.seq),
  holderRevision: row.holderRevision === null ? null : Number(row.holderRevision),
});

/** By id: the key says which day's partition holds each. */
export async function findPredictions(
  pool: Pool,
  project: string,
  ids: readonly string[],
): Promise<readonly StoredPrediction[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS.replaceAll(/\b(project|id|occurred_at)\b(?!")/g, 'p.$1')} from prediction_key k
     join prediction p on p.project = k.project and p.id = k.id and p.occurred_at = k.occurred_at
     where k.project = $1 and k.id = any($2::uuid[])`,
    [project, ids],
  );
  return rows.map(toPrediction);
}

/** Whether the release of a prediction runs a version: `$1` is the project, `$3` the trust. */
const runs = (version: string): string => `release in (${releasesRunning({ project: '$1', trust: '$3', version })})`;

/** Newest first, one more than asked for. */
export async function listPredictions(
  pool: Pool,
  filter: PredictionFilter,
  { first, after }: PageRequest,
): Promise<readonly StoredPrediction[]> {
  const parameters: unknown[] = [filter.project, filter.deployment, filter.trust, first + 1];
  const conditions = ['project = $1', 'deployment = $2', 'trust = $3'];
  const asked: string[] = [];
  const add = (name: string, condition: (...places: string[]) => string, ...values: unknown[]): void => {
    asked.push(`_${name}`);
    const places = values.map((value) => `$${parameters.push(value)}`);
    conditions.push(condition(...places));
  };
  if (filter.from) add('from', (from) => `occurred_at >= ${from}`, filter.from);
  if (filter.to) add('to', (to) => `occurred_at < ${to}`, filter.to);
  if (filter.modelVersion !== null) {
    add('version', runs, filter.modelVersion);
  }
  if (filter.arm !== null) add('arm', (arm) => `arm = ${arm}`, filter.arm);
  if (filter.layer !== null) add('layer', (layer) => `layer = ${layer}`, filter.layer);
  if (filter.variant !== null) add('variant', (variant) => `variant = ${variant}`, filter.variant);
  if (after) add('after', (at, id) => `(occurred_at, id) < (${at}::timestamptz, ${id}::uuid)`, ...after);
  // Prepared by name: planning a query over a partition a day takes longer than running it.
  const { rows } = await pool.query<Row>({
    name: `predictions${asked.join('')}`,
    text: `select ${COLUMNS} from prediction where ${conditions.join(' and ')}
     order by occurred_at desc, id desc limit $4`,
    values: parameters,
  });
  return rows.map(toPrediction);
}
