import { DomainError } from '../../core/errors.ts';
import type { FallbackCause } from '../../schema/recipe.ts';
import type { ModelScores } from '../../schema/telemetry.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import { gather, type FeatureUse } from '../features/gather.ts';
import { readFeatures, readInputs } from '../../core/recipe/inputs.ts';
import type { Plan, ReadyPlan } from './plan.ts';
import { decide, thresholdOf, undecided, type Decision } from './decide.ts';
import { modelScores, scoreBy, type Failure, type Scored } from './score.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Values } from '../../core/recipe/value.ts';
import { readArrays } from '../../core/recipe/number-array.ts';

export interface RunRequest {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly features: Readonly<Record<string, unknown>>;
  readonly at: string | null;
}

export interface RunTools {
  readonly reader: FeatureReader;
  readonly watch: Stopwatch;
}

export interface Answer extends Decision {
  /** The plan that answered: another one than was asked after the fallback PREVIOUS. */
  readonly plan: ReadyPlan;
  readonly score: number;
  /** What each model of the plan said; null where a fallback answered before it could. */
  readonly models: ModelScores;
  /** How long each of them ran; empty where a fallback answered. */
  readonly runMs: readonly (number | null)[];
  readonly fallback: FallbackCause | null;
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

/**
 * Answers by one plan: features, derived fields, the models, what becomes of their scores; where one of them cannot be had, by the
 * fallback that the recipe declares for the cause. Throws INVALID_INPUT for the caller's mistakes, and UNAVAILABLE
 * where the fallback is to refuse.
 */
export async function run(
  plan: ReadyPlan,
  request: RunRequest,
  tools: RunTools,
  { killed = null, previous }: { readonly killed?: string | null; readonly previous: ReadyPlan | null },
): Promise<Answer> {
  const inputs = readInputs(plan, request.inputs);
  const arrays = readArrays(plan, request.inputs);
  const given = readFeatures(plan, request.features);
  tools.watch.end('parse');
  if (killed !== null) {
    const failure: Failure = { cause: 'KILLED', detail: killed, models: modelScores(plan) };
    return fallBack(failure, { plan, inputs, features: {} }, request, tools, previous);
  }
  const gathered = await gather(plan, { given, inputs, at: request.at }, tools.reader, featureBudgetMs(plan, tools));
  tools.watch.end('features');
  const base = { plan, inputs, features: gathered.uses };
  if (gathered.cause) {
    const failure: Failure = { cause: gathered.cause, detail: gathered.detail, models: modelScores(plan) };
    return fallBack(failure, base, request, tools, previous);
  }
  const values = { ...inputs, ...gathered.values };
  const scored = await scoreBy(plan, { values, arrays }, plan.recipe.budgets.totalMs, tools.watch);
  // No fallback helps a caller whose own value does not fit the model, and no retry does.
  const field = String(scored.refusal?.details['field']);
  if (scored.refusal && [inputs, given, arrays].some((own) => Object.hasOwn(own, field))) throw scored.refusal;
  if ('cause' in scored) return fallBack(scored, base, request, tools, previous);
  const known = { values, inputs, features: gathered.values, scores: scored.scores, score: scored.score };
  const { stopped, ...decided } = decide(plan, known);
  if (plan.rules.length > 0) tools.watch.end('rules');
  const { feeds, scores, counted } = scored;
  const made = { values, feeds, scores, counted };
  if (!stopped) return { ...base, ...scored, ...decided, made, fallback: null, detail: '' };
  const detail = `the rule "${stopped.name}" has no value: ${stopped.error}`;
  const failure: Failure = { cause: 'RULE_ERROR', detail, models: scored.models };
  return { ...(await fallBack(failure, base, request, tools, previous)), rules: decided.rules };
}

const featureBudgetMs = ({ recipe: { budgets } }: Plan, { watch }: RunTools): number =>
  Math.min(budgets.featuresMs, budgets.totalMs - watch.elapsedMs());

async function fallBack(
  { cause, detail, models }: Failure,
  base: Pick<Answer, 'plan' | 'inputs' | 'features'>,
  request: RunRequest,
  tools: RunTools,
  previous: ReadyPlan | null,
): Promise<Answer> {
  const action = base.plan.actions(cause);
  if (action.kind === 'CONSTANT') {
    const decided = undecided(action.decision ?? thresholdOf(base.plan, action.score));
    return { ...base, ...decided, score: action.score, models, made: null, runMs: [], fallback: cause, detail };
  }
  if (action.kind === 'PREVIOUS' && previous) {
    // Once only: the previous release has nothing to fall back to but its own constant.
    const answer = await run(previous, request, tools, { previous: null });
    return { ...answer, fallback: cause, detail };
  }
  const why = action.kind === 'PREVIOUS' ? 'there is no previous release to answer' : 'the recipe refuses to guess';
  throw new DomainError('UNAVAILABLE', `no prediction (${cause}): ${detail}; ${why}`, { cause });
}
