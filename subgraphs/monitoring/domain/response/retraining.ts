import { responseRunUrn } from '../ids.ts';
import type { ResponseRun } from './run.ts';

const DAY_MS = 86_400_000;

/** What a trainer is asked for. */
export interface Retraining {
  /** What the answer names. */
  readonly run: string;
  /** A version with this tag is the answer, too. */
  readonly tag: string;
  readonly model: string;
  readonly strategy: 'FULL' | 'INCREMENTAL' | 'TARGETED';
  /** The data to learn from, by event time. */
  readonly from: string;
  readonly to: string;
  /** The features that the alerts are about: what TARGETED looks at. */
  readonly features: readonly string[];
  readonly deployment: string;
  /** Null: its trigger is a condition on indicators. */
  readonly incident: string | null;
}

/** The tag by which a version says of which run it comes. */
export const tagOf = (id: string): string => `response-run-${id}`;

/** The run that a tag names; null for another tag. */
export const runInTag = (tag: string): string | null => /^response-run-([0-9a-f-]{36})$/.exec(tag)?.[1] ?? null;

/** Throws where the run retrains nothing. */
export function retrainingOf({ project, id, definition, startedAt, features, incident }: ResponseRun): Retraining {
  const { action, deployment } = definition;
  if (action.kind !== 'RETRAIN') throw new Error(`the run ${id} retrains nothing`);
  return {
    run: responseRunUrn.format({ project, name: id }),
    tag: tagOf(id),
    model: action.model,
    strategy: action.strategy,
    from: new Date(startedAt.getTime() - action.days * DAY_MS).toISOString(),
    to: startedAt.toISOString(),
    features,
    deployment,
    incident,
  };
}
