import type { Database } from '../../../shared/database/database.ts';
import type { Direction, LineageEdge, StepOf } from '../../domain/catalogue/lineage.ts';

const MOST_EDGES = 10_000;

/** One step of a walk over the edges that were in force at a moment, now unless told, to what was there then. */
export function edgesFrom(db: Database, project: string, direction: Direction, asOf: Date | null): StepOf {
  const [near, far] = direction === 'UPSTREAM' ? ['downstream', 'upstream'] : ['upstream', 'downstream'];
  return async (frontier) => {
    const rows = await db.query<{
      upstream: string;
      downstream: string;
      relation: string;
      valid_from: Date;
      valid_to: Date | null;
    }>(
      `select upstream, downstream, relation, valid_from, valid_to from asset_edge
       where project = $1 and ${near} = any($2)
         and case when $3::timestamptz is null then valid_to is null
             else valid_from <= $3 and (valid_to is null or valid_to > $3)
               and not exists (select from asset later where later.urn = asset_edge.${far} and later.first_at > $3) end
       order by ${near}, ${far}, relation, valid_from limit ${MOST_EDGES + 1}`,
      [project, [...frontier], asOf],
    );
    const edges = rows
      .slice(0, MOST_EDGES)
      .map(({ upstream, downstream, relation, valid_from: validFrom, valid_to: validTo }): LineageEdge => ({
        upstream,
        downstream,
        relation,
        validFrom,
        validTo,
      }));
    return { edges, more: rows.length > MOST_EDGES };
  };
}
