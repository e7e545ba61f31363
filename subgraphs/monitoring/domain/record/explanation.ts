import { featureName } from '../../../../core/recipe/names.ts';
import type { Combine } from '../../../../schema/recipe.ts';
import type { ReleaseDocument } from '../../../../schema/release.ts';
import type { ModelScores } from '../../../../schema/telemetry.ts';
import type { ComputedReasons, NoReasons } from './computed-reasons.ts';
import { explainedReasons, type ExplainedReasons } from './explained-reasons.ts';
import type { Outcome, StoredPrediction } from './prediction.ts';

/** Why a part of an explanation is not there. */
export const ABSENCES = [
  'NOT_LOGGED',
  'TOKENISED',
  'NOT_RUN',
  'NOT_YET',
  'NOT_RECORDED',
  'UNREACHABLE',
  'GONE',
] as const;
export type Absence = (typeof ABSENCES)[number];

/** A part that is not there, or not as it was, by its place in the explanation: `inputs.user_id`. */
export interface AbsentPart {
  readonly part: string;
  readonly why: Absence;
  readonly detail: string;
}

/** One model's part in an answer. */
export interface ExplainedModel {
  /** Its name in the recipe. */
  readonly name: string | null;
  readonly version: string;
  readonly engine: string | null;
  readonly score: number | null;
  /** Its share of a weighted mean. */
  readonly weight: number | null;
}

export interface ExplainedFeature {
  readonly name: string;
  /** The pinned feature that was read. */
  readonly feature: string | null;
}

/** What led to one answer: its record, read by the recipe that made it. */
export interface Explanation {
  readonly prediction: StoredPrediction;
  readonly release: string | null;
  readonly models: readonly ExplainedModel[];
  readonly combination: Combine['kind'] | null;
  readonly features: readonly ExplainedFeature[];
  readonly reasons: ExplainedReasons | null;
  readonly absent: readonly AbsentPart[];
}

/** The release document, or why it could not be read. */
export type Found = { readonly document: ReleaseDocument } | { readonly why: Absence; readonly detail: string };

/** What is known besides the record. */
export interface Evidence {
  readonly found: Found;
  readonly outcome: Outcome | null;
  /** Null where the record says itself why. */
  readonly computed: ComputedReasons | NoReasons | null;
  /** How many reasons are wanted. */
  readonly most: number;
}

export function explain(prediction: StoredPrediction, evidence: Evidence): Explanation {
  const { found, outcome, computed } = evidence;
  const document = 'document' in found ? found.document : null;
  return {
    prediction,
    release: document?.release ?? null,
    models: prediction.models.map((model, i) => explainedModel(model, document, i)),
    combination: document?.recipe.combine?.kind ?? null,
    features: explainedFeatures(prediction, document),
    reasons: explainedReasons(prediction, document, evidence),
    absent: [
      ...('why' in found ? [{ part: 'release', why: found.why, detail: found.detail }] : []),
      ...absentInputs(prediction, document),
      ...absentFeatures(prediction, document),
      ...absentScores(prediction),
      ...absentEngines(prediction.models),
      ...(computed && 'why' in computed ? [{ part: 'reasons', ...computed }] : []),
      ...(outcome ? [] : [notYet('outcome', 'no outcome has arrived for it')]),
    ],
  };
}

function explainedModel(
  { version, score, engine }: ModelScores[number],
  document: ReleaseDocument | null,
  i: number,
): ExplainedModel {
  const name = document?.recipe.models[i]?.name ?? null;
  const combine = document?.recipe.combine;
  const weight = combine?.kind === 'WEIGHTED_MEAN' && name !== null ? (combine.weights[name] ?? null) : null;
  return { name, version, engine: engine ?? null, score, weight };
}

/** By name, since the store keeps no order. */
function explainedFeatures({ features }: StoredPrediction, document: ReleaseDocument | null): ExplainedFeature[] {
  const views = document?.layout?.views ?? [];
  const pinned = new Map(
    views.flatMap((view) => view.features.map(({ name, feature }) => [featureName(view, name), feature] as const)),
  );
  return Object.keys(features ?? {})
    .sort()
    .map((name) => ({ name, feature: pinned.get(name) ?? null }));
}

function absentInputs({ inputs }: StoredPrediction, document: ReleaseDocument | null): AbsentPart[] {
  if (inputs === null) {
    return [{ part: 'inputs', why: 'NOT_LOGGED', detail: 'the recipe keeps inputs out of the log (logging.inputs)' }];
  }
  return (document?.recipe.inputs ?? []).flatMap(({ name, personal, shape }): AbsentPart[] => {
    const part = `inputs.${name}`;
    if (shape) return [{ part, why: 'NOT_LOGGED', detail: 'an array of numbers is not logged' }];
    const isToken = personal && inputs[name] !== null && inputs[name] !== undefined;
    return isToken ? [{ part, why: 'TOKENISED', detail: 'it is personal: a token stands for its value' }] : [];
  });
}

function absentFeatures({ features, fallback }: StoredPrediction, document: ReleaseDocument | null): AbsentPart[] {
  if (features === null) {
    const detail = 'the recipe keeps features out of the log (logging.features)';
    return [{ part: 'features', why: 'NOT_LOGGED', detail }];
  }
  const reads = (document?.layout?.views.length ?? 0) > 0;
  if (!reads || Object.keys(features).length > 0) return [];
  const detail = fallback === 'KILLED' ? 'traffic was stopped before features were read' : 'no feature was read';
  return [{ part: 'features', why: 'NOT_RUN', detail }];
}

function absentScores({ models, fallback }: StoredPrediction): AbsentPart[] {
  return models.flatMap(({ score, failure }, i): AbsentPart[] => {
    if (score !== null) return [];
    const whole = fallback === null ? 'it gave no finite number' : `a fallback answered: ${fallback}`;
    const detail = failure === undefined ? whole : `it was passed over: ${failure}`;
    return [{ part: `models.${i}.score`, why: 'NOT_RUN', detail }];
  });
}

function absentEngines(models: ModelScores): AbsentPart[] {
  return models.flatMap(({ engine }, i): AbsentPart[] =>
    engine === undefined
      ? [{ part: `models.${i}.engine`, why: 'NOT_RECORDED', detail: 'the node that answered did not say' }]
      : [],
  );
}

const notYet = (part: string, detail: string): AbsentPart => ({ part, why: 'NOT_YET', detail });
