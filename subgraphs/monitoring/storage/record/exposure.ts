import type { PoolClient } from 'pg';
import type { ExposureRecord } from '../../../../schema/telemetry.ts';
import type { Arrival } from '../../domain/record/prediction.ts';

/** Writes the exposures that are new, each with its fact for the experiments, and counts them. */
export async function insertExposures(
  client: PoolClient,
  { project, node, trust, receivedAt }: Arrival,
  records: readonly ExposureRecord[],
): Promise<number> {
  const { rowCount } = await client.query({
    name: 'insert-exposures',
    text: `
      with batch as (
        select * from unnest($5::uuid[], $6::uuid[], $7::text[], $8::bigint[], $9::text[], $10::text[], $11::timestamptz[])
          as b(id, prediction_id, holder, holder_revision, unit, arm, occurred_at)
      ),
      fresh as (
        insert into exposure
          (project, node, trust, received_at, id, prediction_id, holder, holder_revision, unit, arm, occurred_at)
        select $1, $2, $3, $4, id, prediction_id, holder, holder_revision, unit, arm, occurred_at from batch order by id
        on conflict do nothing
        returning *
      )
      insert into fact
        (project, kind, holder, holder_revision, unit, arm, trust, prediction_id, occurred_at, received_at)
      select project, 'exposure', holder, holder_revision, unit, arm, trust, prediction_id, occurred_at, received_at
      from fresh`,
    values: [
      project,
      node,
      trust,
      receivedAt,
      ...(['id', 'predictionId', 'holder', 'holderRevision', 'unit', 'arm'] as const).map((key) =>
        records.map((record) => record[key]),
      ),
      records.map(({ occurredAt }) => new Date(occurredAt).toISOString()),
    ],
  });
  return rowCount ?? 0;
}
