import type { Database } from '../../../shared/database/database.ts';
import type { Direction, LineageEdge, StepOf } from '../../domain/catalogue/lineage.ts';

const MOST_EDGES = 10_000;

/** Whether an edge was in force at $3, now where that is null, to what was there then. */
const inForce = (far: string): string => `case when $3::timestamptz is null then valid_to is null
  else valid_from <= $3 and (valid_to is null or valid_to > $3)
    and not exists (select from asset later where later.urn = asset_edge.${far} and later.first_at > $3) end`;

/** How many neighbours of some assets, in a direction, are none of them. */
export async function hiddenNeighbours(
  db: Database,
  project: string,
  {
    direction,
    asOf,
    urns,
  }: { readonly direction: Direction; readonly asOf: Date | null; readonly urns: readonly string[] },
): Promise<ReadonlyMap<string, number>> {
  const [near, far] = sides(direction);
  const rows = await db.query<{ urn: string; hidden: number }>(
    `select ${near} as urn, count(distinct ${far})::int as hidden from asset_edge
     where project = $1 and ${near} = any($2) and ${far} <> all($2) and ${inForce(far)} group by 1`,
    [project, [...urns], asOf],
  );
  return new Map(rows.map(({ urn, hidden }) => [urn, hidden]));
}

const sides = (direction: Direction): readonly [string, string] =>
  direction === 'UPSTREAM' ? ['downstream', 'upstream'] : ['upstream', 'downstream'];

/** One step of a walk over the edges that were in force at a moment, now unless told, to what was there then. */
export function edgesFrom(
  db: Database,
  project: string,
  direction: Direction,
  asOf: Date | null,
  mostEdges = MOST_EDGES,
): StepOf {
  const [near, far] = sides(direction);
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
         and ${inForce(far)}
       order by ${near}, ${far}, relation, valid_from limit ${mostEdges + 1}`,
      [project, [...frontier], asOf],
    );
    const edges = rows
      .slice(0, mostEdges)
      .map(({ upstream, downstream, relation, valid_from: validFrom, valid_to: validTo }): LineageEdge => ({
        upstream,
        downstream,
        relation,
        validFrom,
        validTo,
      }));
    return { edges, more: rows.length > mostEdges };
  };
}
