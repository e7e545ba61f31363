import type { EntityManager } from '@mikro-orm/postgresql';

/** An edge as a snapshot names it. */
export interface NamedEdge {
  readonly project: string;
  readonly upstream: string;
  readonly downstream: string;
  readonly relation: string;
  /** The asset whose snapshot names it. */
  readonly declared_by: string;
  readonly at: string;
}

/**
 * Makes the open edges that some assets declared of those that are named: others of theirs are closed, new ones opened.
 * Answers which upstream assets were named no more or newly.
 */
export async function replaceEdges(
  em: EntityManager,
  subjects: readonly { readonly urn: string; readonly at: string }[],
  named: readonly NamedEdge[],
): Promise<readonly string[]> {
  const edges = JSON.stringify(named);
  const closed = await em.execute<{ upstream: string }[]>(
    `update asset_edge set valid_to = greatest(declared.at, asset_edge.valid_from), change = nextval('index_change')
     from jsonb_to_recordset(?::jsonb) as declared (urn text, at timestamptz)
     where asset_edge.declared_by = declared.urn and asset_edge.valid_to is null and not exists (
       select from jsonb_to_recordset(?::jsonb) as named (downstream text, upstream text, relation text, declared_by text)
       where named.declared_by = asset_edge.declared_by and named.downstream = asset_edge.downstream and named.upstream = asset_edge.upstream
         and named.relation = asset_edge.relation)
     returning upstream`,
    [JSON.stringify(subjects), edges],
  );
  const opened = await em.execute<{ upstream: string }[]>(
    `insert into asset_edge (project, upstream, downstream, relation, declared_by, valid_from, change)
     select *, nextval('index_change') from (
       select distinct named.project, named.upstream, named.downstream, named.relation, named.declared_by, named.at
       from jsonb_to_recordset(?::jsonb)
         as named (project text, upstream text, downstream text, relation text, declared_by text, at timestamptz)) named
     where not exists (
       select from asset_edge held
       where held.declared_by = named.declared_by and held.downstream = named.downstream and held.valid_to is null and held.upstream = named.upstream
         and held.relation = named.relation)
     returning upstream`,
    [edges],
  );
  return [...closed, ...opened].map(({ upstream }) => upstream);
}

/** What is a part of something: a part is no use of the whole, but whoever uses a part uses the whole. */
const IS_PART = `(edge.relation = 'CONTAINS' or edge.downstream like 'tiffin:%:column:%')`;

/** Says anew whether some assets are used, and, where the answer changed, whether what they are a part of is. */
export async function settleUse(em: EntityManager, urns: readonly string[]): Promise<void> {
  let touched = [...new Set(urns)];
  while (touched.length > 0) {
    const changed = await em.execute<{ urn: string }[]>(
      `update asset set used = now_used.used from (
         select urn, exists (
           select from asset_edge edge left join asset part on part.urn = edge.downstream
           where edge.upstream = asset.urn and edge.valid_to is null and (not ${IS_PART} or part.used)) as used
         from asset where urn = any(array(select jsonb_array_elements_text(?::jsonb)))) now_used
       where asset.urn = now_used.urn and asset.used <> now_used.used
       returning asset.urn`,
      [JSON.stringify(touched)],
    );
    if (changed.length === 0) return;
    const wholes = await em.execute<{ urn: string }[]>(
      `select distinct edge.upstream as urn from asset_edge edge
       where edge.downstream = any(array(select jsonb_array_elements_text(?::jsonb)))
         and edge.valid_to is null and ${IS_PART}`,
      [JSON.stringify(changed.map(({ urn }) => urn))],
    );
    touched = wholes.map(({ urn }) => urn);
  }
}
