import { DomainError } from '../../../core/errors.ts';
import type { FeatureView } from './feature-view.ts';
import { checkDistinct, checkName, labelsOf, type Labels, type LabelsInput } from './labels.ts';

/** Which features of which view version a service reads, in order. */
export interface ServiceView {
  readonly view: string;
  readonly version: number;
  readonly features: readonly string[];
}

/** The features that one model reads, pinned: a version always names the same ones. */
export interface FeatureService extends Labels {
  readonly project: string;
  readonly name: string;
  readonly version: number;
  readonly views: readonly ServiceView[];
  readonly revision: number;
  readonly createdAt: Date;
}

export interface FeatureServiceInput extends LabelsInput {
  readonly name: string;
  readonly views: readonly ServiceViewInput<string>[];
}

/** Which features of a view, all if left out: the view by its id, then as it was found. */
interface ServiceViewInput<View> {
  readonly view: View;
  readonly features?: readonly string[] | null | undefined;
}

const MAX_VIEWS = 100;

/** The name of a feature among those of other views: in answers, training sets and recipes. */
export const fullName = (view: string, feature: string): string => `${view}__${feature}`;

function pick(view: FeatureView, wanted: readonly string[] | null | undefined, i: number): ServiceView {
  const all = view.features.map(({ name }) => name);
  const features = wanted ?? all;
  const field = `views.${i}.features`;
  if (features.length === 0) throw new DomainError('INVALID_INPUT', `${field}: name at least one`, { field });
  checkDistinct(field, features);
  const unknown = features.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new DomainError(
      'INVALID_INPUT',
      `${field}: ${view.name}@${view.version} has no feature "${unknown}"; it has ${all.join(', ')}`,
      { field, allowed: all },
    );
  }
  return { view: view.name, version: view.version, features };
}

function checkKeysAgree(views: readonly FeatureView[]): void {
  const dtypes = new Map<string, string>();
  for (const { name, joinKeys } of views) {
    for (const key of joinKeys) {
      const known = dtypes.get(key.name);
      if (known !== undefined && known !== key.dtype) {
        throw new DomainError(
          'INVALID_INPUT',
          `views: the join key "${key.name}" is ${key.dtype} in ${name} and ${known} in another view`,
          { field: 'views' },
        );
      }
      dtypes.set(key.name, key.dtype);
    }
  }
}

const pinsOf = (views: readonly ServiceView[]): string =>
  JSON.stringify(views.map(({ view, version, features }) => [view, version, features]));

/** The service's next state: a new version if it reads other features, else the same version with its new labels. */
export function defineFeatureService(
  project: string,
  newest: FeatureService | null,
  input: Omit<FeatureServiceInput, 'views'> & { readonly views: readonly ServiceViewInput<FeatureView>[] },
  now: Date,
): FeatureService {
  checkName('name', input.name);
  if (input.views.length < 1 || input.views.length > MAX_VIEWS) {
    throw new DomainError('INVALID_INPUT', `views: a service reads 1 to ${MAX_VIEWS}`, { field: 'views' });
  }
  checkDistinct(
    'views',
    input.views.map(({ view }) => view.name),
  );
  checkKeysAgree(input.views.map(({ view }) => view));
  const views = input.views.map(({ view, features }, i) => pick(view, features, i));
  checkDistinct(
    'views',
    views.flatMap(({ view, features }) => features.map((feature) => fullName(view, feature))),
  );
  const next = { project, name: input.name, views, ...labelsOf(input) };
  if (newest && pinsOf(newest.views) === pinsOf(views)) {
    return { ...next, version: newest.version, createdAt: newest.createdAt, revision: newest.revision + 1 };
  }
  return { ...next, version: (newest?.version ?? 0) + 1, revision: 1, createdAt: now };
}
