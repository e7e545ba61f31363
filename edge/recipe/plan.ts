import { compileRecipe, type CompiledRecipe } from '../../core/recipe/compile-recipe.ts';
import { frozenExpressions } from '../../core/recipe/derived.ts';
import type { CompiledModel } from '../../core/recipe/models.ts';
import { loggableNames } from '../../core/reasons/loggable.ts';
import type { ReasonedModel } from '../../core/reasons/reasons.ts';
import { refusedRecipe } from '../../core/recipe/problem.ts';
import { parseUrn } from '../../core/urn.ts';
import type { ModelInRelease, ReleaseDocument } from '../../schema/release.ts';
import type { Engine } from '../engines/engine.ts';

/** A model of a release: how it is fed, and its file with what that must reproduce. */
export interface PlannedModel extends CompiledModel {
  readonly file: ModelInRelease;
  /** The number of its version. */
  readonly number: string;
}

/** A release made ready to run: everything that can be looked up or refused is, before the first request. */
export interface Plan extends Omit<CompiledRecipe, 'models'> {
  /** Digest of the release document. */
  readonly digest: string;
  readonly release: string;
  /** When the release was made. */
  readonly createdAt: string;
  readonly models: readonly PlannedModel[];
  /** The names that reasons in the log may say. */
  readonly loggable: ReadonlySet<string>;
}

/** A model with the engine that runs it on this node, and what that measured. */
export interface ReadyModel extends PlannedModel {
  readonly engine: Engine;
  /** 99th percentile of one warm run, which admission goes by. */
  readonly p99Ms: number;
  /** What says why it answers as it does. */
  readonly reasoned: ReasonedModel;
  /** 99th percentile of that, warm. */
  readonly reasonsP99Ms: number;
}

export interface ReadyPlan extends Plan {
  readonly models: readonly ReadyModel[];
  /** Of all models: they run one after another on one thread. */
  readonly p99Ms: number;
  /** Of what says why, for all models. */
  readonly reasonsP99Ms: number;
}

/** Compiles a release document. Throws INVALID_INPUT with the first thing in it that cannot be honoured. */
export function compilePlan(digest: string, document: ReleaseDocument): Plan {
  const { release, createdAt, recipe, layout } = document;
  const files = new Map(document.models.map((model) => [model.version, model]));
  const { compiled, problems } = compileRecipe(recipe, {
    layout,
    contractOf: (version) => files.get(version)?.contract,
    expressions: frozenExpressions(document),
  });
  const [first] = problems;
  if (first) throw refusedRecipe([first]);
  const models = compiled.models.flatMap((model): PlannedModel[] => {
    const file = files.get(model.version);
    return file ? [{ ...model, file, number: numberOf(model.version) }] : [];
  });
  return { ...compiled, digest, release, createdAt, models, loggable: loggableNames(compiled) };
}

export const readyPlan = (plan: Plan, models: readonly ReadyModel[]): ReadyPlan => ({
  ...plan,
  models,
  p99Ms: models.reduce((sum, { p99Ms }) => sum + p99Ms, 0),
  reasonsP99Ms: models.reduce((sum, { reasonsP99Ms }) => sum + reasonsP99Ms, 0),
});

/** The version part of a pinned id: `tiffin:default:model-version:fraud@3` is `3`. */
function numberOf(urn: string): string {
  const last = parseUrn(urn).parts.at(-1);
  return last?.version ?? last?.name ?? urn;
}
