import { DomainError, ERROR_STATUS, type ErrorCode } from '../../../../core/errors.ts';
import type { JobState } from '../../../../core/job-state.ts';
import type { Scope } from '../../../../core/scopes.ts';
import type { Actor } from '../identity.ts';
import type { GateResult } from './model-version.ts';

export const MODEL_JOB_KINDS = ['REGISTRATION', 'VALIDATION'] as const;
export const MODEL_JOB_PHASES = ['QUEUED', 'READING', 'TRYING', 'STORING', 'DONE'] as const;
export type ModelJobPhase = (typeof MODEL_JOB_PHASES)[number];

/** Models that take their time wait in a lane of their own, so that quick ones never stand behind them. */
export type Lane = 'QUICK' | 'LONG';

/** The registration or validation of a model version, which loads and runs the model. */
export interface ModelJob {
  readonly key: string;
  readonly project: string;
  readonly kind: (typeof MODEL_JOB_KINDS)[number];
  readonly model: string;
  /** Of a registration: null until the version is there. */
  readonly number: number | null;
  readonly state: JobState;
  readonly phase: ModelJobPhase;
  readonly lane: Lane;
  /** How often a process has begun it: one that ends in the middle is followed by another. */
  readonly attempts: number;
  readonly actor: Actor & { readonly scopes: readonly Scope[]; readonly project: string };
  readonly requestId: string;
  /** What was asked for, as it was sent. */
  readonly input: unknown;
  readonly error: JobError | null;
  /** What a validation found. */
  readonly gates: readonly GateResult[];
  readonly eventCursor: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** Why a job failed, as its caller is told. */
export interface JobError {
  /** Null: our bug, of which the log says more. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A file beyond this is not tried in the quick lane. */
const LARGEST_QUICK_BYTES = 8 * 1024 * 1024;
/** A model that ends its process each time would otherwise do so for ever. */
const MOST_ATTEMPTS = 3;

export const laneFor = (sizeBytes: number): Lane => (sizeBytes > LARGEST_QUICK_BYTES ? 'LONG' : 'QUICK');

/** A job as a process begins it; FAILED where too many have ended over it. */
export function begun(job: ModelJob, now: Date): ModelJob {
  if (job.attempts < MOST_ATTEMPTS) return { ...job, attempts: job.attempts + 1, phase: 'READING' };
  const message = `the server ended ${MOST_ATTEMPTS} times while it ran this model: it may take more memory than there is`;
  return failed(job, new DomainError('UNAVAILABLE', message, { field: 'artifact' }), now);
}

export const failed = (job: ModelJob, error: unknown, now: Date): ModelJob => ({
  ...job,
  state: 'FAILED',
  phase: 'DONE',
  error: errorOf(error),
  finishedAt: now,
});

const errorOf = (error: unknown): JobError =>
  error instanceof DomainError
    ? { code: error.code, message: error.message, details: error.details }
    : { code: null, message: 'an internal error; the log of the server says more', details: {} };

/** The failure of a job as whoever waited for it is told. */
export function thrownBy({ code, message, details }: JobError): Error {
  return code !== null && Object.hasOwn(ERROR_STATUS, code)
    ? new DomainError(code, message, details)
    : new Error(`a model job failed: ${message}`);
}
