import {
  KEPT_KINDS,
  kindNamed,
  STALE_DAYS,
  USABLE_KINDS,
  type AssetField,
  type AssetFilter,
  type Issue,
  type SearchInput,
} from '../../domain/catalogue/asset-filter.ts';

/** The values of one statement, in order: each condition adds its own. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Where a value stands in the statement: `$3`. */
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

const listed = (kinds: readonly string[]): string => kinds.map((kind) => `'${kind}'`).join(', ');
const KEPT = `kind in (${listed(KEPT_KINDS)})`;

/** When each issue is there; `now` is where the moment of the search stands. */
export const issueConditions = (now: string): Readonly<Record<Issue, string>> => ({
  UNOWNED: `${KEPT} and owner is null`,
  UNDESCRIBED: `${KEPT} and description = ''`,
  STALE: `${KEPT} and greatest(at, noted_at) < ${now}::timestamptz - interval '${STALE_DAYS} days'`,
  DEPRECATED: 'deprecation is not null',
  DEPRECATED_BUT_USED: 'deprecation is not null and used',
  UNUSED: `kind in (${listed(USABLE_KINDS)}) and not used`,
});

const COLUMNS: Readonly<Record<Exclude<AssetField, 'ISSUE' | 'TAG'>, string>> = {
  KIND: 'kind',
  OWNER: 'owner',
  DOMAIN: 'domain',
  SUBGRAPH: 'source',
};

function conditionOf({ field, values, negated }: AssetFilter, parameters: Parameters, now: Date): string {
  const positive = (): string => {
    if (field === 'ISSUE') {
      // Only what is stale depends on the moment, and a statement may not have a value that it does not use.
      const conditions = issueConditions(values.includes('STALE') ? parameters.add(now) : '');
      return values.map((value) => `(${conditions[value as Issue]})`).join(' or ');
    }
    if (field === 'TAG') return `tags && ${parameters.add([...values])}::text[]`;
    const wanted = field === 'KIND' ? values.map(kindNamed) : [...values];
    return `${COLUMNS[field]} = any(${parameters.add(wanted)}::text[])`;
  };
  return negated ? `not coalesce(${positive()}, false)` : `(${positive()})`;
}

/** What an asset must be whatever it is called: of the project, there, and as the conditions of the search say. */
export function narrowed(
  { kinds, orFilters, among }: Omit<SearchInput, 'text'>,
  project: string,
  now: Date,
  parameters: Parameters,
): string {
  const conditions = [`project = ${parameters.add(project)}`, 'not deleted'];
  // An array of thousands would be looked through for each row.
  if (among) conditions.push(`urn in (select unnest(${parameters.add([...among])}::text[]))`);
  if (kinds.length > 0) conditions.push(`kind = any(${parameters.add([...kinds])}::text[])`);
  if (orFilters.length > 0) {
    const groups = orFilters.map(({ and }) => and.map((one) => conditionOf(one, parameters, now)).join(' and '));
    conditions.push(`(${groups.map((group) => `(${group})`).join(' or ')})`);
  }
  return conditions.join(' and ');
}
