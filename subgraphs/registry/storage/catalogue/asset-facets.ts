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
import { isEverything, isNothing, textMatch, type SearchFrame } from './asset-search.ts';

/** How many values of a field are listed. */
const MOST_VALUES = 50;

/** Where a search looks: at what fits its text, or, where nothing does, at names much like it. */
type Way = 'FITS' | 'ALIKE';

/** The condition of a whole search. */
function condition(input: SearchInput, way: Way, frame: SearchFrame, parameters: Parameters): string {
  const wanted = narrowed(input, frame.project, frame.now, parameters);
  if (isEverything(input.text)) return wanted;
  const { fits, alike } = textMatch(input.text, frame.stems, parameters);
  return `${wanted} and ${way === 'FITS' ? fits() : alike()}`;
}

/** How many assets a search finds, and which way. */
export async function countAssets(
  db: Database,
  input: SearchInput,
  frame: SearchFrame,
): Promise<{ readonly total: number; readonly way: Way }> {
  const count = async (way: Way): Promise<number> => {
    const parameters = new Parameters();
    const where = condition(input, way, frame, parameters);
    const rows = await db.query<{ total: number }>(
      `select count(*)::int as total from asset where ${where}`,
      parameters.values,
    );
    return rows[0]?.total ?? 0;
  };
  if (isNothing(input.text)) return { total: 0, way: 'FITS' };
  const total = await count('FITS');
  if (total > 0 || isEverything(input.text) || !frame.trigrams) return { total, way: 'FITS' };
  return { total: await count('ALIKE'), way: 'ALIKE' };
}

/** The values of a field in `found`, each asset once per value. */
const VALUES: Readonly<Record<AssetField, string>> = {
  KIND: 'select kind as value from found',
  OWNER: 'select owner as value from found where owner is not null',
  TAG: 'select distinct on (urn, value) value from found, unnest(tags) as value',
  DOMAIN: 'select domain as value from found where domain is not null',
  SUBGRAPH: 'select source as value from found',
  ISSUE: 'select value from found, unnest(issues) as value where value is not null',
};

const counted = (field: AssetField): string =>
  `(select '${field}' as field, value, count(*)::int as count from (${VALUES[field]}) each
    group by value order by count desc, value limit ${MOST_VALUES + 1})`;

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
export async function facetsOf(
  db: Database,
  input: SearchInput,
  way: Way,
  frame: SearchFrame,
): Promise<readonly Facet[]> {
  if (isNothing(input.text)) return ASSET_FIELDS.map((field) => ({ field, values: [], more: false }));
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
  const each = ISSUES.map((issue) => `case when ${issues[issue]} then '${issue}' end`).join(', ');
  return db.query(
    `with found as materialized (
       select urn, kind, owner, tags, domain, source, array[${each}] as issues from asset where ${where})
     select * from (${fields.map(counted).join(' union all ')}) counts order by field, count desc, value`,
    parameters.values,
  );
}
