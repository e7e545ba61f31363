import type { PolicyDefinition } from './definition.ts';

/** What is done about trouble of a deployment, and how far without asking. */
export interface ResponsePolicy {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly definition: PolicyDefinition;
  /** Grows with each revision. */
  readonly revision: number;
  /** Grows with each change, of one of the same name that was deleted too: the newest event has the most. */
  readonly changes: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Whoever said the newest revision: on whose behalf it acts. */
  readonly changedAt: Date;
  readonly changedBy: string;
  /** It does nothing meanwhile. */
  readonly paused: Paused | null;
}

export interface Paused {
  readonly at: string;
  /** Null: its breaker opened. */
  readonly by: string | null;
  readonly reason: string;
}
