import { DomainError } from '../../../../core/errors.ts';
import type { UrnKind } from '../../../../core/urn.ts';
import { ASSET_KINDS, SUBGRAPHS } from '../../../../schema/nouns.ts';

/** What a search can be narrowed by and counted by. */
export const ASSET_FIELDS = ['KIND', 'OWNER', 'TAG', 'DOMAIN', 'SUBGRAPH', 'ISSUE'] as const;
export type AssetField = (typeof ASSET_FIELDS)[number];

/** What may be wrong with an asset as an entry of the catalogue. */
export const ISSUES = ['UNOWNED', 'UNDESCRIBED', 'STALE', 'DEPRECATED', 'DEPRECATED_BUT_USED', 'UNUSED'] as const;
export type Issue = (typeof ISSUES)[number];

/** Kinds that people answer for, describe and look after: only these can be unowned, undescribed or stale. */
export const KEPT_KINDS = [
  'entity',
  'source',
  'event-stream',
  'feature-view',
  'feature-service',
  'model',
  'endpoint',
  'dataset',
] as const satisfies readonly UrnKind[];

/** Kinds that exist to be used by something else: only these can be unused. */
export const USABLE_KINDS = [
  'entity',
  'source',
  'column',
  'feature-view',
  'feature',
  'feature-service',
  'training-set',
  'model',
  'dataset',
] as const satisfies readonly UrnKind[];

/** After so many days in which nobody changed or described it an asset is stale. */
export const STALE_DAYS = 90;

/** One condition: the field has one of the values, or none of them. */
export interface AssetFilter {
  readonly field: AssetField;
  readonly values: readonly string[];
  readonly negated: boolean;
}

/** Conditions that hold together. */
export interface FilterGroup {
  readonly and: readonly AssetFilter[];
}

export interface SearchInput {
  readonly text: string;
  /** Empty: all kinds. */
  readonly kinds: readonly UrnKind[];
  /** At least one of these groups holds; none given: no condition. */
  readonly orFilters: readonly FilterGroup[];
  /** Only of these; left out: of all. */
  readonly among?: readonly string[];
}

/** How often each value of a field occurs in what a search finds, the most frequent first. */
export interface Facet {
  readonly field: AssetField;
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** Whether there are more values than are listed. */
  readonly more: boolean;
}

export const kindName = (kind: UrnKind): string => kind.toUpperCase().replaceAll('-', '_');
export const kindNamed = (name: string): string => name.toLowerCase().replaceAll('_', '-');

const ALLOWED: Partial<Record<AssetField, readonly string[]>> = {
  KIND: ASSET_KINDS.map(kindName),
  SUBGRAPH: SUBGRAPHS,
  ISSUE: ISSUES,
};

const MOST_GROUPS = 10;
const MOST_FILTERS = 10;
const MOST_VALUES = 50;

/** Throws INVALID_INPUT for filters that name values which their field never has, or that are too many. */
export function checkFilters(groups: readonly FilterGroup[]): void {
  atMost(groups, MOST_GROUPS, 'orFilters', 'groups');
  for (const [g, { and }] of groups.entries()) {
    atMost(and, MOST_FILTERS, `orFilters.${g}.and`, 'filters');
    for (const [f, { field, values }] of and.entries()) {
      const path = `orFilters.${g}.and.${f}.values`;
      atMost(values, MOST_VALUES, path, 'values');
      const allowed = ALLOWED[field];
      const wrong = allowed && values.find((value) => !allowed.includes(value));
      if (wrong === undefined) continue;
      throw new DomainError('INVALID_INPUT', `${path}: ${field} is never "${wrong}"; allowed: ${allowed?.join(', ')}`, {
        field: path,
        allowed,
      });
    }
  }
}

function atMost(list: readonly unknown[], most: number, field: string, what: string): void {
  if (list.length >= 1 && list.length <= most) return;
  // No groups at all is no condition; an empty one would be a condition that says nothing.
  if (list.length === 0 && field === 'orFilters') return;
  throw new DomainError('INVALID_INPUT', `${field}: ${list.length} ${what}; allowed: 1 to ${most}`, {
    field,
    allowed: { min: 1, max: most },
  });
}

/** The search without its conditions on a field: what the counts of that field's values are taken over. */
export function withoutField(input: SearchInput, field: AssetField): SearchInput {
  const { kinds, orFilters } = input;
  const groups = orFilters.map(({ and }) => ({ and: and.filter((filter) => filter.field !== field) }));
  return {
    ...input,
    kinds: field === 'KIND' ? [] : kinds,
    // A group without conditions lets everything in.
    orFilters: groups.some(({ and }) => and.length === 0) ? [] : groups,
  };
}

/** Whether a search has conditions on a field. */
export const narrows = ({ kinds, orFilters }: SearchInput, field: AssetField): boolean =>
  (field === 'KIND' && kinds.length > 0) || orFilters.some(({ and }) => and.some((filter) => filter.field === field));
