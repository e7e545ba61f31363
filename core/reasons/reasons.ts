import type { Combine } from '../../schema/recipe.ts';
import type { Reasons, UnexplainedModel } from '../../schema/reasons.ts';
import type { Binding } from '../recipe/binding.ts';
import { elementCount } from '../tensor/element-type.ts';
import type { TensorMap } from '../tensor/tensor.ts';
import type { TabularPlan } from '../tabular/plan.ts';
import { exactSum } from './exact-sum.ts';
import { makeExplainer, type Contributions, type Explainer } from './explainer.ts';
import type { Refused } from './head.ts';

/** A model of a recipe as reasons need it. */
export interface ReasonedModel {
  readonly name: string;
  /** The name behind each column of its inputs, in the order of the explainer. */
  readonly names: readonly string[];
  readonly explainer: Explainer | Refused;
}

/** One model of a recipe with its tensors bound, and its plan or why there is none. */
export interface BoundModel {
  readonly name: string;
  readonly bindings: readonly Binding[];
  readonly score: { readonly tensor: string; readonly index: number };
}

const widthOf = ({ columns, shape, isWhole }: Binding): number => (isWhole ? elementCount(shape) : columns.length);

/** Makes ready to say why a model of a recipe answers as it does. */
export function reasonedModel(
  { name, bindings, score }: BoundModel,
  compiled: { readonly plan: TabularPlan } | { readonly refused: string },
): ReasonedModel {
  if ('refused' in compiled) {
    const why = `it is neither trees nor a linear model: ${compiled.refused}`;
    return { name, names: [], explainer: { why: why.slice(0, MOST_CHARACTERS) } };
  }
  const bound = new Map(bindings.map((binding) => [binding.tensor, binding]));
  const inputs = compiled.plan.inputs.flatMap((input) => bound.get(input.name) ?? []);
  const names = inputs.flatMap((binding) => {
    const [whole = ''] = binding.columns;
    return binding.isWhole ? Array.from({ length: widthOf(binding) }, () => whole) : binding.columns;
  });
  const explainer = makeExplainer(compiled.plan, {
    output: score.tensor,
    index: score.index,
    widthOf: (input) => {
      const binding = bound.get(input);
      return binding ? widthOf(binding) : 0;
    },
  });
  return { name, names, explainer };
}

const MOST_CHARACTERS = 500;

/** What a release answered one request, and from what. */
export interface Reasoned {
  readonly models: readonly ReasonedModel[];
  readonly combine: Combine | undefined;
  /** What each model was fed, in their order; null where one was passed over. */
  readonly feeds: readonly (TensorMap | null)[];
  readonly scores: readonly (number | null)[];
  /** The same, with what stands in for one that was passed over. */
  readonly counted: readonly (number | null)[];
  readonly score: number;
}

/** One member's part in the total. */
interface Member {
  readonly base: number;
  readonly parts: ReadonlyMap<string, number>;
}

/** All contributions to an answer, the greatest first. */
export type AllReasons = Omit<Reasons, 'rest'>;

/** The greatest of the contributions whose names may be said; the others go into the rest. Nothing is rounded. */
export function greatest({ top, ...others }: AllReasons, most: number, isSaid: (name: string) => boolean): Reasons {
  const said = top.filter(({ name }) => isSaid(name)).slice(0, most);
  const all = new Set(said);
  const rest = top.reduce((sum, one) => (all.has(one) ? sum : sum + one.contribution), 0);
  return { ...others, top: said, rest };
}

/**
 * The contributions to one answer. Of one model they are those to its margin; of several, those to the combined
 * score: a member's contributions go as their share of what its score moved from its base, times its weight.
 */
export function reasonsOf(answer: Reasoned): AllReasons | undefined {
  const { models, combine } = answer;
  const last = models.length - 1;
  // A model that is stacked upon the others is the one that answers; it reads what they say by their names.
  return last === 0 || combine?.kind === 'STACK' ? ofOne(last, answer) : ofSeveral(answer);
}

function ofOne(at: number, { models, feeds, score }: Reasoned): AllReasons | undefined {
  const model = models[at];
  if (!model) return undefined;
  const found = contributionsOf(model, feeds[at] ?? {}, score);
  if ('why' in found) {
    return settled({ space: 'SCORE', link: 'NONE' }, 0, new Map(), [unexplained(model, score, found)], score);
  }
  const parts = byName(model.names, found.columns, 1);
  const link = 'why' in model.explainer ? 'NONE' : model.explainer.link;
  return settled({ space: 'MARGIN', link }, found.base, parts, [], found.margin);
}

function ofSeveral({ models, combine, feeds, scores, counted, score }: Reasoned): AllReasons | undefined {
  const weights = weightsOf(models, combine, counted);
  if (!weights) {
    const why = 'the scores are combined by an expression, which is no sum';
    return settled(
      { space: 'SCORE', link: 'NONE' },
      0,
      new Map(),
      [{ model: 'combine', contribution: score, why }],
      score,
    );
  }
  let base = 0;
  const parts = new Map<string, number>();
  const rest: UnexplainedModel[] = [];
  for (const [i, model] of models.entries()) {
    const weight = weights[i] ?? 0;
    const own = counted[i] ?? null;
    if (weight === 0 || own === null) continue;
    const isOver = (scores[i] ?? null) === null;
    const found = isOver ? { why: 'it was passed over: its stand-in counts' } : memberOf(model, feeds[i] ?? {}, own);
    if ('why' in found) {
      rest.push(unexplained(model, own * weight, found));
      continue;
    }
    base += found.base * weight;
    for (const [name, part] of found.parts) parts.set(name, (parts.get(name) ?? 0) + part * weight);
  }
  return settled({ space: 'SCORE', link: 'NONE' }, base, parts, rest, score);
}

/** Undefined where the combination is no sum. Of the greatest of several equal scores the first counts. */
function weightsOf(
  models: readonly ReasonedModel[],
  combine: Combine | undefined,
  counted: readonly (number | null)[],
): readonly number[] | undefined {
  if (combine?.kind === 'WEIGHTED_MEAN') {
    const weights = models.map(({ name }, i) => (counted[i] === null ? 0 : (combine.weights[name] ?? 0)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return counted.includes(null) ? weights.map((weight) => weight / sum) : weights;
  }
  if (combine?.kind !== 'MAX') return undefined;
  const best = counted.indexOf(Math.max(...counted.filter((score) => score !== null)));
  return models.map((_, i) => Number(i === best));
}

const unexplained = ({ name }: ReasonedModel, contribution: number, { why }: Refused): UnexplainedModel => ({
  model: name,
  contribution,
  why,
});

/** How far a score may be from what its margin makes of it: the engines round to float32. */
const MOST_OFF = 1e-4;

function contributionsOf({ explainer }: ReasonedModel, feed: TensorMap, score: number): Contributions | Refused {
  if ('why' in explainer) return explainer;
  const found = explainer.explain(feed);
  if (!found) return { why: 'a number on the way to its score is not finite' };
  const again = found.scoreOf?.(found.margin);
  const isSame = again === undefined || Math.abs(again - score) <= MOST_OFF * Math.max(1, Math.abs(score));
  return isSame ? found : { why: 'its score is not what its sums make' };
}

/** A member's contributions as parts of its score. */
function memberOf(model: ReasonedModel, feed: TensorMap, score: number): Member | Refused {
  const found = contributionsOf(model, feed, score);
  if ('why' in found) return found;
  const { base, margin, columns, scoreOf } = found;
  if (!scoreOf) return { why: 'what makes its score of its margin is not known' };
  const atBase = scoreOf(base);
  const moved = margin - base;
  const slope = Math.abs(moved) > 1e-9 ? (score - atBase) / moved : slopeAt(scoreOf, base);
  return { base: atBase, parts: byName(model.names, columns, slope) };
}

const slopeAt = (scoreOf: (margin: number) => number, margin: number): number => {
  const step = 1e-4 * Math.max(1, Math.abs(margin));
  return (scoreOf(margin + step) - scoreOf(margin - step)) / (2 * step);
};

function byName(names: readonly string[], columns: Float64Array, factor: number): Map<string, number> {
  const parts = new Map<string, number>();
  for (const [i, part] of columns.entries()) {
    const name = names[i] ?? '';
    parts.set(name, (parts.get(name) ?? 0) + part * factor);
  }
  return parts;
}

function settled(
  kind: Pick<Reasons, 'space' | 'link'>,
  base: number,
  parts: ReadonlyMap<string, number>,
  others: readonly UnexplainedModel[],
  total: number,
): AllReasons | undefined {
  const names = [...parts.keys()];
  const exact = exactSum(base, [...parts.values(), ...others.map(({ contribution }) => contribution)], total);
  if (!exact) return undefined;
  const all = names.map((name, i) => ({ name, contribution: exact.parts[i] ?? 0 }));
  return {
    ...kind,
    base: exact.base,
    top: all.filter(({ contribution }) => contribution !== 0).sort(byGreatest),
    rounding: exact.rounding,
    total: exact.total,
    unexplained: others.map((other, i) => ({ ...other, contribution: exact.parts[names.length + i] ?? 0 })),
  };
}

interface Named {
  readonly name: string;
  readonly contribution: number;
}

const byGreatest = (a: Named, b: Named): number =>
  Math.abs(b.contribution) - Math.abs(a.contribution) || (a.name < b.name ? -1 : 1);
