import type { ErrorCode, FlagMetadata, FlagValue, ResolutionDetails } from '@openfeature/core';
import type { Prediction } from '../edge/client.ts';
import { FlagProblem, flagProblemOf } from './flag-problem.ts';
import type { FlagEndpoints } from './inputs.ts';

/** What of an answer a flag can be. */
const FIELDS = {
  score: ({ score }) => score,
  confidence: ({ confidence }) => confidence,
  decision: ({ decision }) => decision,
  reason: ({ reason }) => reason,
  arm: ({ arm }) => arm,
  variant: ({ variant }) => variant,
  segments: ({ segments }) => segments,
  fallback: ({ fallback }) => fallback !== null,
  stale: ({ stale }) => stale,
  prediction: (answer) => answer,
} as const satisfies Readonly<Record<string, (answer: Prediction) => unknown>>;
type Field = keyof typeof FIELDS;

/** What a flag that names an endpoint alone is, by the type that is asked for. */
const USUAL = { number: 'score', string: 'decision', object: 'prediction', boolean: null } as const satisfies Readonly<
  Record<FlagType, Field | null>
>;
export type FlagType = 'boolean' | 'string' | 'number' | 'object';

/** `endpoint`, `endpoint/field`, or `endpoint/field=text` for a yes or no. */
export interface Flag {
  readonly endpoint: string;
  readonly field: Field;
  /** The text that the field is compared with. */
  readonly equals: string | null;
}

/** Throws FlagProblem that says what is allowed: FLAG_NOT_FOUND, or TYPE_MISMATCH for a type that the flag cannot have. */
export function flagOf(key: string, type: FlagType, endpoints: FlagEndpoints): Flag {
  const slash = key.indexOf('/');
  const endpoint = slash < 0 ? key : key.slice(0, slash);
  if (!Object.hasOwn(endpoints, endpoint)) {
    const allowed = Object.keys(endpoints).join(', ') || 'none';
    throw new FlagProblem('FLAG_NOT_FOUND', `${key}: no endpoint "${endpoint}" was named; allowed: ${allowed}`);
  }
  const rest = slash < 0 ? '' : key.slice(slash + 1);
  const sign = rest.indexOf('=');
  const equals = sign < 0 ? null : rest.slice(sign + 1);
  const named = sign < 0 ? rest : rest.slice(0, sign);
  const field = slash < 0 ? USUAL[type] : named;
  if (field === null) {
    throw new FlagProblem(
      'TYPE_MISMATCH',
      `${key}: is no boolean; ask for ${endpoint}/decision=<text> or ${endpoint}/arm=<name>`,
    );
  }
  if (!Object.hasOwn(FIELDS, field)) {
    const allowed = Object.keys(FIELDS).join(', ');
    throw new FlagProblem('FLAG_NOT_FOUND', `${key}: an answer has no field "${field}"; allowed: ${allowed}`);
  }
  return { endpoint, field: field as Field, equals };
}

/** The value of a flag by an answer, with the reason for it; the default where the answer says nothing of it. */
export function resolved<T extends FlagValue>(
  { endpoint, field, equals }: Flag,
  type: FlagType,
  answer: Prediction,
  byDefault: T,
): ResolutionDetails<T> {
  const said = FIELDS[field](answer);
  const value = equals === null ? said : said === equals;
  const flagMetadata = metadataOf(answer);
  if (value === null) return { value: byDefault, reason: 'DEFAULT', flagMetadata };
  if (typeof value !== type) {
    const what = equals === null ? `${endpoint}/${field}` : `${endpoint}/${field}=…`;
    throw new FlagProblem('TYPE_MISMATCH', `${what} is a ${typeof value}, not a ${type}`);
  }
  const variant = answer.arm ?? answer.variant;
  return { value: value as T, reason: reasonOf(answer), flagMetadata, ...(variant !== null && { variant }) };
}

/** What an outcome, or a log, needs of the answer. */
const metadataOf = ({ id, release, source, arm, bucket, fallback }: Prediction): FlagMetadata => ({
  predictionId: id,
  release,
  source,
  ...(arm !== null && { arm }),
  ...(bucket !== null && { bucket }),
  ...(fallback !== null && { fallback: fallback.cause }),
});

/** A kill outweighs a fallback, that an old model, and that who was chosen. */
function reasonOf({ fallback, stale, arm }: Prediction): string {
  if (fallback !== null) return fallback.cause === 'KILLED' ? 'DISABLED' : 'DEFAULT';
  if (stale) return 'STALE';
  return arm === null ? 'TARGETING_MATCH' : 'SPLIT';
}

export function failed<T extends FlagValue>(error: unknown, byDefault: T): ResolutionDetails<T> {
  const { code, message } = flagProblemOf(error);
  return { value: byDefault, reason: 'ERROR', errorCode: code as ErrorCode, errorMessage: message };
}
