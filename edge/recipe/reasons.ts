import { greatest, reasonsOf, type AllReasons } from '../../core/reasons/reasons.ts';
import { scalarOf, type Scalar } from '../../core/recipe/value.ts';
import type { Reasons } from '../../schema/reasons.ts';
import type { FeatureUse } from '../features/gather.ts';
import type { ReadyPlan } from './plan.ts';
import type { Answer } from './run.ts';

/** Where a named value comes from. */
type Kind = 'INPUT' | 'FEATURE' | 'DERIVED' | 'MODEL';

/** A contribution with the value that made it. */
export interface ShownReason {
  readonly name: string;
  readonly kind: Kind;
  readonly value: Scalar;
  /** Of a feature. */
  readonly status: FeatureUse['status'] | null;
  readonly ageMs: number | null;
  readonly contribution: number;
}

/** Why an answer is as it is, as the caller sees it. */
export interface ShownReasons extends Omit<Reasons, 'top'> {
  readonly top: readonly ShownReason[];
}

/** All contributions to an answer; null where the models did not give it, or where a number is not finite. */
export function allReasons({ plan, made, score }: Answer): AllReasons | null {
  if (!made || score === null) return null;
  const models = plan.models.map(({ reasoned }) => reasoned);
  return reasonsOf({ ...made, models, combine: plan.recipe.combine, score }) ?? null;
}

export function shownReasons(all: AllReasons, most: number, answer: Answer): ShownReasons {
  const { top, ...others } = greatest(all, most, () => true);
  return { ...others, top: top.map(({ name, contribution }) => ({ ...valueOf(name, answer), contribution })) };
}

function valueOf(name: string, { plan, features, made }: Answer): Omit<ShownReason, 'contribution'> {
  const use = features[name];
  if (use) return { name, kind: 'FEATURE', value: use.value, status: use.status, ageMs: use.ageMs };
  const plain = { name, status: null, ageMs: null };
  const known = made?.values[name];
  // What a model says is no value of the request: the model that is stacked upon it reads it by its name.
  const model = known === undefined ? plan.models.findIndex((one) => one.name === name) : -1;
  if (model >= 0) return { ...plain, kind: 'MODEL', value: made?.counted[model] ?? null };
  return { ...plain, kind: plan.inputs.has(name) ? 'INPUT' : 'DERIVED', value: scalarOf(known ?? null) };
}

/** What goes into the log: names of what the log may hold, without their values, which it has already. */
export const loggedReasons = (all: AllReasons, most: number, { loggable }: ReadyPlan): Reasons =>
  greatest(all, most, (name) => loggable.has(name));
