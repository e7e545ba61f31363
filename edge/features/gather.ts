import type { PlannedFeature } from '../../core/recipe/features.ts';
import type { Plan } from '../recipe/plan.ts';
import type { FeatureStatus } from '../../core/codec/feature-status.ts';
import { converted, scalarOf, type Scalar, type Value, type Values } from '../../core/recipe/value.ts';
import { within } from '../recipe/within.ts';
import type { FeatureReader, FeatureRow, StoredFeature } from './feature-reader.ts';

/** A feature as an answer shows it. */
export interface FeatureUse {
  readonly value: Scalar;
  readonly status: FeatureStatus | 'DEFAULTED';
  /** Between the value's event time and the request; null where there is none or the caller did not say. */
  readonly ageMs: number | null;
  readonly source: 'REQUEST' | FeatureRow['source'] | 'DEFAULT' | 'NONE';
  /** What a default stands in for; UNAVAILABLE: the store did not answer in time. */
  readonly insteadOf?: FeatureStatus | 'UNAVAILABLE';
}

export interface Gathered {
  readonly uses: Readonly<Record<string, FeatureUse>>;
  /** Goes into the named values. */
  readonly values: Values;
  /** Why the model cannot be run on these, or null. */
  readonly cause: 'FEATURES_UNAVAILABLE' | 'FEATURES_MISSING' | 'FEATURES_STALE' | null;
  readonly detail: string;
}

export interface FeatureRequest {
  /** Values that came with the request, checked against the plan. */
  readonly given: Values;
  readonly inputs: Values;
  readonly at: string | null;
}

/**
 * The features of one request: what the request brings, else cache or store, else what was pinned here for the entity, else
 * the declared default; each says which and how old. The wait is cut off after `budgetMs`.
 */
export async function gather(
  plan: Plan,
  request: FeatureRequest,
  reader: FeatureReader,
  budgetMs: number,
): Promise<Gathered> {
  const wanted = plan.features.some(({ name }) => request.given[name] === undefined);
  let row: FeatureRow | undefined;
  let failure = '';
  if (wanted && plan.service !== null) {
    const entity = Object.fromEntries(
      plan.entities.map(({ joinKey, input }) => [joinKey, scalarOf(request.inputs[input] ?? null)]),
    );
    const query = { service: plan.service, entity, at: request.at };
    try {
      row = await within(budgetMs, reader.read(query), 'reading features');
    } catch (error) {
      row = reader.known?.(query) ?? undefined;
      failure = error instanceof Error ? error.message : 'features could not be read';
    }
  }
  const uses: Record<string, FeatureUse> = {};
  const values: Values = {};
  const missing: string[] = [];
  for (const feature of plan.features) {
    const given = request.given[feature.name];
    const [use, value] = given === undefined ? stored(feature, row) : fromRequest(given);
    const usable = value !== null || feature.fallback === undefined;
    uses[feature.name] = usable ? use : defaulted(feature, given === undefined && !row ? 'UNAVAILABLE' : use.status);
    values[feature.name] = usable ? value : defaultOf(feature);
    if (value === null && feature.fallback === undefined) missing.push(feature.name);
  }
  if (missing.length === 0) return { uses, values, cause: null, detail: '' };
  if (wanted && !row) return { uses, values, cause: 'FEATURES_UNAVAILABLE', detail: failure };
  const isStale = missing.every((name) => uses[name]?.status === 'OUTSIDE_MAX_AGE');
  const names = missing.slice(0, 5).join(', ');
  return isStale
    ? { uses, values, cause: 'FEATURES_STALE', detail: `too old: ${names}` }
    : { uses, values, cause: 'FEATURES_MISSING', detail: `no value for ${names}` };
}

type KnownUse = FeatureUse & { readonly status: FeatureStatus };

const fromRequest = (value: Value): [KnownUse, Value] => [
  { value: scalarOf(value), status: value === null ? 'NULL_VALUE' : 'PRESENT', ageMs: null, source: 'REQUEST' },
  value,
];

function stored({ name, dtype, maxAgeMs }: PlannedFeature, row: FeatureRow | undefined): [KnownUse, Value] {
  const found: StoredFeature | undefined = row?.features.get(name);
  if (!row || !found) return [{ value: null, status: 'NOT_FOUND', ageMs: null, source: 'NONE' }, null];
  const { ageMs } = found;
  // A null that is too old is too old.
  const isThere = found.status === 'PRESENT' || found.status === 'NULL_VALUE';
  const tooOld = isThere && maxAgeMs !== null && ageMs !== null && ageMs > maxAgeMs;
  const status = tooOld ? 'OUTSIDE_MAX_AGE' : found.status;
  const value = status === 'PRESENT' ? (converted(dtype, found.value) ?? null) : null;
  // A value of another type than the release froze is none that the model knows.
  const shown = status === 'PRESENT' && value === null ? 'NULL_VALUE' : status;
  return [{ value: value === null ? null : scalarOf(value), status: shown, ageMs, source: row.source }, value];
}

const defaultOf = ({ dtype, fallback }: PlannedFeature): Value => converted(dtype, fallback) ?? null;

const defaulted = (feature: PlannedFeature, insteadOf: FeatureStatus | 'UNAVAILABLE'): FeatureUse => ({
  value: scalarOf(defaultOf(feature)),
  status: 'DEFAULTED',
  ageMs: null,
  source: 'DEFAULT',
  insteadOf,
});
