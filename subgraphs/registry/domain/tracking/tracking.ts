import { DomainError } from '../../../../core/errors.ts';

export const RUN_STATUSES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const LOGGED_MODEL_STATUSES = ['PENDING', 'READY', 'UPLOAD_FAILED'] as const;
export type LoggedModelStatus = (typeof LOGGED_MODEL_STATUSES)[number];

export type Texts = Readonly<Record<string, string>>;

/** Training runs of one purpose, such as all tries at one model. MLflow calls it an experiment. */
export interface RunGroup {
  readonly project: string;
  readonly id: string;
  readonly name: string;
  readonly tags: Texts;
  readonly deleted: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly createdBy: string;
}

/** A number that a trainer measured at a step of a run. */
export interface Measurement {
  readonly key: string;
  readonly value: number;
  readonly timestampMs: number;
  readonly step: number;
}

/** One training of a model: what it was given, what it measured and what it wrote. */
export interface TrainingRun {
  readonly project: string;
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly deleted: boolean;
  readonly parameters: Texts;
  readonly tags: Texts;
  /** Of each metric the measurement of the last step. */
  readonly metrics: readonly Measurement[];
  /** Data sets that it read and models that it read and wrote, as its trainer named them. */
  readonly inputs: readonly unknown[];
  readonly outputs: readonly unknown[];
  /** Everybody who began it or wrote to it. */
  readonly makers: readonly string[];
  readonly createdBy: string;
}

/** A model as a run wrote it, before it is registered. */
export interface LoggedModel {
  readonly project: string;
  readonly id: string;
  readonly group: string;
  readonly run: string | null;
  readonly name: string;
  readonly modelType: string;
  readonly status: LoggedModelStatus;
  readonly parameters: Texts;
  readonly tags: Texts;
  readonly makers: readonly string[];
  readonly createdBy: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** A file that a run or a logged model holds. */
export interface RunArtifact {
  readonly project: string;
  /** The run or the logged model. */
  readonly owner: string;
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly makers: readonly string[];
}

/** Parameters added to those of a run. Throws INVALID_INPUT where one has another value already: a run has one truth. */
export function withParameters(before: Texts, added: Texts): Texts {
  for (const [key, value] of Object.entries(added)) {
    const held = before[key];
    if (held === undefined || held === value) continue;
    throw new DomainError(
      'INVALID_INPUT',
      `params: "${key}" is "${held}" already and does not change; log the new value in a run of its own`,
      { field: 'params', key, allowed: [held] },
    );
  }
  return { ...before, ...added };
}

/** Of each metric the measurement of the last step, of the last time, of the largest value: in this order. */
export function lastOf(measurements: readonly Measurement[]): readonly Measurement[] {
  const last = new Map<string, Measurement>();
  for (const one of measurements) {
    const held = last.get(one.key);
    if (!held || isLater(one, held)) last.set(one.key, one);
  }
  return [...last.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function isLater(one: Measurement, held: Measurement): boolean {
  if (one.step !== held.step) return one.step > held.step;
  if (one.timestampMs !== held.timestampMs) return one.timestampMs > held.timestampMs;
  return !(one.value < held.value);
}
