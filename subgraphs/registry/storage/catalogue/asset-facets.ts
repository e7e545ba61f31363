import type { Database } from '../../../shared/database/database.ts';
import {
  ASSET_FIELDS,
  ISSUES,
  kindName,
  narrows,
  withoutField,
  type AssetField,
  type Facet,
  type SearchInput,
} from '../../domain/catalogue/asset-filter.ts';
import type { UrnKind } from '../../../../core/urn.ts';
import { issueConditions, narrowed, Parameters } from './asset-conditions.ts';
import { isEverything, isNothing, textMatch, type SearchFrame, type Way } from './asset-search.ts';

/** How many values of a field are listed. */
const MOST_VALUES = 50;

/** The condition of a whole search. */
function condition(input: SearchInput, way: Way, frame: SearchFrame, parameters: Parameters): string {
  const wanted = narrowed(input, frame.project, frame.now, parameters);
  if (isEverything(input.text)) return wanted;
  const { fits, alike } = textMatch(input.text, frame.stems, parameters);
  return `${wanted} and ${way === 'FITS' ? fits() : alike()}`;
}

/** Which way a search finds what it finds. Among what lineage leads to, nothing is only alike. */
async function wayOf(db: Database, input: SearchInput, frame: SearchFrame): Promise<Way> {
  if (input.among || isEverything(input.text) || !frame.trigrams) return 'FITS';
  const parameters = new Parameters();
  const where = condition(input, 'FITS', frame, parameters);
  const rows = await db.query(`select from asset where ${where} limit 1`, parameters.values);
  return rows.length > 0 ? 'FITS' : 'ALIKE';
}

/** How many assets a search finds. */
export async function countAssets(db: Database, input: SearchInput, frame: SearchFrame): Promise<number> {
  if (isNothing(input.text)) return 0;
  const parameters = new Parameters();
  const where = condition(input, await wayOf(db, input, frame), frame, parameters);
  const rows = await db.query<{ total: number }>(
    `select count(*)::int as total from asset where ${where}`,
    parameters.values,
  );
  return rows[0]?.total ?? 0;
}

/** The values of a field in `found`, where each row stands for `assets` that are alike in all that is counted. */
const VALUES: Readonly<Record<Exclude<AssetField, 'ISSUE'>, string>> = {
  KIND: 'select kind as value, assets from found',
  OWNER: 'select owner as value, assets from found where owner is not null',
  TAG: 'select value, assets from found, lateral (select distinct unnest(tags) as value) as each_tag',
  DOMAIN: 'select domain as value, assets from found where domain is not null',
  SUBGRAPH: 'select source as value, assets from found',
};

const sum = (issue: string): string => `coalesce(sum(assets) filter (where "${issue}"), 0)::int as "${issue}"`;

const ISSUE_COUNTS = `select value, count from (select ${ISSUES.map(sum).join(', ')} from found) sums,
    lateral (values ${ISSUES.map((issue) => `('${issue}', sums."${issue}")`).join(', ')}) as each_issue (value, count)
  where count > 0`;

const counted = (field: AssetField): string => {
  const counts =
    field === 'ISSUE'
      ? ISSUE_COUNTS
      : `select value, sum(assets)::int as count from (${VALUES[field]}) each_value group by value`;
  return `(select '${field}' as field, value, count from (${counts}) each_count
    order by count desc, value limit ${MOST_VALUES + 1})`;
};

/** The assets that a search finds, all of them: for one that looks among some. */
export async function findAmong(db: Database, input: SearchInput, frame: SearchFrame): Promise<ReadonlySet<string>> {
  if (isNothing(input.text)) return new Set();
  const parameters = new Parameters();
  const where = condition(input, 'FITS', frame, parameters);
  const rows = await db.query<{ urn: string }>(`select urn from asset where ${where}`, parameters.values);
  return new Set(rows.map(({ urn }) => urn));
}

/**
 * How often each value of each field occurs in what a search finds. A field's own conditions are left out when its values are
 * counted: so one sees what else could be chosen.
 */
export async function facetsOf(db: Database, input: SearchInput, frame: SearchFrame): Promise<readonly Facet[]> {
  if (isNothing(input.text)) return ASSET_FIELDS.map((field) => ({ field, values: [], more: false }));
  const way = await wayOf(db, input, frame);
  const free = ASSET_FIELDS.filter((field) => !narrows(input, field));
  const rounds = [
    { fields: free, over: input },
    ...ASSET_FIELDS.filter((field) => narrows(input, field)).map((field) => ({
      fields: [field],
      over: withoutField(input, field),
    })),
  ].filter(({ fields }) => fields.length > 0);
  const rows = await Promise.all(rounds.map(({ fields, over }) => countedBy(db, fields, over, way, frame)));
  const byField = Map.groupBy(rows.flat(), ({ field }) => field);
  return ASSET_FIELDS.map((field) => {
    const found = byField.get(field) ?? [];
    const values = found.slice(0, MOST_VALUES).map(({ value, count }) => ({
      value: field === 'KIND' ? kindName(value as UrnKind) : value,
      count,
    }));
    return { field, values, more: found.length > MOST_VALUES };
  });
}

function countedBy(
  db: Database,
  fields: readonly AssetField[],
  input: SearchInput,
  way: Way,
  frame: SearchFrame,
): Promise<{ field: AssetField; value: string; count: number }[]> {
  const parameters = new Parameters();
  const where = condition(input, way, frame, parameters);
  const issues = issueConditions(parameters.add(frame.now));
  const columns = ['kind', 'owner', 'tags', 'domain', 'source', ...ISSUES.map((issue) => `(${issues[issue]})`)];
  const names = ['kind', 'owner', 'tags', 'domain', 'source', ...ISSUES.map((issue) => `"${issue}"`), 'assets'];
  return db.query(
    `with found (${names.join(', ')}) as materialized (
       select ${columns.join(', ')}, count(*) from asset where ${where} group by ${columns.map((_, i) => i + 1).join(', ')})
     select * from (${fields.map(counted).join(' union all ')}) counts order by field, count desc, value`,
    parameters.values,
  );
}
