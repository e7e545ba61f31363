import type { AnsweringFallback, FallbackCause } from '../../schema/recipe.ts';
import type { ModelScores, RuleResult } from '../../schema/telemetry.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import { gather, type FeatureUse } from '../features/gather.ts';
import { readFeatures, readInputs } from '../../core/recipe/inputs.ts';
import type { Plan, ReadyPlan } from './plan.ts';
import { decide, type Decision } from '../../core/recipe/decide.ts';
import { fallBack, type Reached } from './fall-back.ts';
import { overruns } from './budgets.ts';
import { checkDeadline } from './deadline.ts';
import { modelScores, scoreBy, type Failure, type ModelBudgets, type Scored } from './score.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Values } from '../../core/recipe/value.ts';
import { readArrays, type NumberArrays } from '../../core/recipe/number-array.ts';

export interface RunRequest {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly features: Readonly<Record<string, unknown>>;
  readonly at: string | null;
}

export interface RunTools {
  readonly reader: FeatureReader;
  readonly watch: Stopwatch;
  /** How long the caller still waits. */
  readonly leftMs: () => number;
}

export interface Answer extends Decision {
  /** The plan that answered: another one than was asked after the fallback PREVIOUS. */
  readonly plan: ReadyPlan;
  /** Null where rules decided without one. */
  readonly score: number | null;
  /** What each model of the plan said; null where a fallback answered before it could. */
  readonly models: ModelScores;
  /** How long each of them ran; empty where a fallback answered. */
  readonly runMs: readonly (number | null)[];
  readonly fallback: FallbackCause | null;
  /** What answered in place of the models. */
  readonly fallbackAction: AnsweringFallback | null;
  /** Why the fallback answered, for people. */
  readonly detail: string;
  readonly inputs: Values;
  readonly features: Readonly<Record<string, FeatureUse>>;
  /** What the score was made of; null where the recipe's constant answered. */
  readonly made: MadeOf | null;
}

/** What the models of a plan were fed and said, and every named value behind it. */
export interface MadeOf extends Pick<Scored, 'feeds' | 'scores' | 'counted'> {
  readonly values: Values;
}

/** Why the fallback answers though nothing was tried yet. */
export interface Instead {
  readonly cause: 'KILLED' | 'DETECTED';
  readonly detail: string;
}

/** A request with its values at hand, before anything is computed. */
export interface BegunRun {
  readonly plan: ReadyPlan;
  readonly tools: RunTools;
  readonly instead: Instead | null;
  readonly arrays: NumberArrays;
  /** Feature values that came with the request. */
  readonly given: Values;
  readonly reached: Reached;
  /** Why the features do not suffice; null where they do. */
  readonly lacking: { readonly cause: FallbackCause; readonly detail: string } | null;
  /** Answers by the previous release, if there is one. */
  readonly before: (() => Promise<Answer>) | null;
}

/**
 * Answers by one plan: features, derived fields, the models, what becomes of their scores; where one of them cannot be had, by the
 * fallback that the recipe declares for the cause. Throws INVALID_INPUT for the caller's mistakes, and UNAVAILABLE
 * where the fallback is to refuse.
 */
export const run = async (...given: Parameters<typeof beginRun>): Promise<Answer> =>
  finishRun(await beginRun(...given));

/** Checks a request and waits for its features: what is begun in one turn reads them together. */
export async function beginRun(
  plan: ReadyPlan,
  request: RunRequest,
  tools: RunTools,
  { instead = null, previous }: { readonly instead?: Instead | null; readonly previous: ReadyPlan | null },
): Promise<BegunRun> {
  const inputs = readInputs(plan, request.inputs);
  const arrays = readArrays(plan, request.inputs);
  const given = readFeatures(plan, request.features);
  tools.watch.end('parse');
  // Once only: the previous release has nothing to fall back to but its own constant or rules.
  const before = previous && (() => run(previous, request, tools, { previous: null }));
  const start: Reached = { plan, inputs, features: {}, gathered: {}, rules: [] };
  const base = { plan, tools, instead, arrays, given, before };
  if (instead && plan.actions(instead.cause).kind !== 'RULES_ONLY') return { ...base, reached: start, lacking: null };
  const gathered = await gather(plan, { given, inputs, at: request.at }, tools.reader, featureBudgetMs(plan, tools));
  tools.watch.end('features');
  const { cause, detail, uses, values } = gathered;
  return { ...base, reached: { ...start, features: uses, gathered: values }, lacking: cause && { cause, detail } };
}

/** Computes what was begun. */
export async function finishRun({
  plan,
  tools,
  instead,
  arrays,
  given,
  reached,
  lacking,
  before,
}: BegunRun): Promise<Answer> {
  const { watch } = tools;
  checkDeadline(tools.leftMs());
  if (instead) return fallBack({ ...instead, models: modelScores(plan) }, reached, before);
  if (lacking) return fallBack({ ...lacking, models: modelScores(plan) }, reached, before);
  const { inputs, gathered } = reached;
  const values = { ...inputs, ...gathered };
  const scored = await scoreBy(plan, { values, arrays }, modelBudgets(plan, tools), watch);
  // No fallback helps a caller whose own value does not fit the model, and no retry does.
  const field = String(scored.refusal?.details['field']);
  if (scored.refusal && [inputs, given, arrays].some((own) => Object.hasOwn(own, field))) throw scored.refusal;
  if ('cause' in scored) return fallBack(scored, reached, before);
  const { scores, counted, feeds, score } = scored;
  const { stopped, ...decided } = decide(plan, { values, inputs, features: gathered, scores, score });
  if (plan.rules.length > 0) watch.end('rules');
  const failure = failureOf(plan, stopped, watch);
  if (failure) return fallBack({ ...failure, models: scored.models }, { ...reached, rules: decided.rules }, before);
  const base = { plan, inputs, features: reached.features };
  const made = { values, feeds, scores, counted };
  return { ...base, ...scored, ...decided, made, fallback: null, fallbackAction: null, detail: '' };
}

/** Why a decision that was made does not count: a rule before it failed, or it is too late and that has a fallback. */
function failureOf(plan: Plan, stopped: RuleResult | null, watch: Stopwatch): Omit<Failure, 'models'> | null {
  if (stopped) return { cause: 'RULE_ERROR', detail: `the rule "${stopped.name}" has no value: ${stopped.error}` };
  if (!plan.recipe.fallback.causes.OVERRUN) return null;
  const [over] = Object.entries(overruns(plan.recipe, watch));
  return over ? { cause: 'OVERRUN', detail: `${over[0]} took ${over[1].toFixed(2)} ms longer than its budget` } : null;
}

const featureBudgetMs = ({ recipe: { budgets } }: Plan, { watch, leftMs }: RunTools): number =>
  Math.min(budgets.featuresMs, budgets.totalMs - watch.elapsedMs(), leftMs());

/** What models may take in all: what the recipe allows, and no longer than the caller waits. */
function modelBudgets({ recipe: { budgets } }: Plan, { watch, leftMs }: RunTools): ModelBudgets {
  const waitsMs = leftMs();
  if (waitsMs === Infinity) return budgets;
  return { ...budgets, totalMs: Math.min(budgets.totalMs, watch.elapsedMs() + waitsMs) };
}
