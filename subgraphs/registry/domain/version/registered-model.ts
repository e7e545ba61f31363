import { DomainError } from '../../../../core/errors.ts';
import type { Texts } from '../tracking/tracking.ts';

/** Keys with values that people and tools put on a model or a version. They decide nothing. */
export interface LabelSet {
  readonly project: string;
  readonly model: string;
  /** Null: the model itself. */
  readonly number: number | null;
  readonly labels: Texts;
  readonly updatedMs: number;
  /** A model that a client deleted: hidden from clients, kept for the audit. */
  readonly archived: boolean;
}

/** A name for one version of a model, moved by people; one that follows traffic is computed, never stored. */
export interface ModelAlias {
  readonly project: string;
  readonly model: string;
  readonly alias: string;
  readonly number: number;
}

/** One move of an alias that people keep. */
export interface AliasChange {
  readonly id: number;
  /** Null: it was taken away. */
  readonly number: number | null;
  readonly at: Date;
  readonly by: string;
}

/** Where a version was registered from, when it came out of a training run. */
export interface VersionOrigin {
  /** The job that registered it. */
  readonly job: string;
  readonly project: string;
  readonly model: string;
  readonly source: string;
  readonly run: string | null;
  readonly loggedModel: string | null;
  readonly runLink: string | null;
  /** The files as they lay at its source in that moment. */
  readonly files: readonly OriginFile[];
  readonly labels: Texts;
}

export interface OriginFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

const ALIAS = /^[\w-]{1,255}$/;
const RESERVED = /^(?:v\d+|latest)$/i;

/** Throws INVALID_INPUT for what cannot name a version. */
export function checkAlias(alias: string): void {
  if (ALIAS.test(alias) && !RESERVED.test(alias)) return;
  throw new DomainError(
    'INVALID_INPUT',
    `alias: "${alias.slice(0, 100)}" is not allowed; use letters, digits, "_" and "-", and neither "latest" nor "v1"`,
    { field: 'alias', allowed: ['letters, digits, "_" and "-", at most 255'] },
  );
}

const LONGEST_KEY = 250;
const LONGEST_VALUE = 8_000;
const MOST_LABELS = 200;

/** Labels with some set anew. Throws INVALID_INPUT that names the field. */
export function withLabels(before: Texts, set: Texts): Texts {
  for (const [key, value] of Object.entries(set)) {
    if (key === '' || key.length > LONGEST_KEY) {
      throw new DomainError('INVALID_INPUT', `key: a key has 1 to ${LONGEST_KEY} characters`, { field: 'key' });
    }
    if (value.length > LONGEST_VALUE) {
      throw new DomainError('INVALID_INPUT', `value: a value has at most ${LONGEST_VALUE} characters`, {
        field: 'value',
      });
    }
  }
  const after = { ...before, ...set };
  if (Object.keys(after).length <= MOST_LABELS) return after;
  throw new DomainError('INVALID_INPUT', `key: at most ${MOST_LABELS} labels are kept`, { field: 'key' });
}
