import type { EntityManager } from '@mikro-orm/postgresql';
import type { ResponseRun, RunResults } from '../../../domain/response/run.ts';
import type { MonitoringDeps } from '../../deps.ts';

/** What an attempt at a stage came to. */
export type StageResult =
  | { readonly outcome: 'NEXT'; readonly text: string; readonly results?: Partial<RunResults>; readonly save?: Save }
  /** Something is not there yet: it is looked at again after so long. */
  | { readonly outcome: 'LATER'; readonly afterMs: number }
  | { readonly outcome: 'STOP'; readonly text: string };

/** Done in the transaction that takes in the result. */
type Save = (em: EntityManager, at: Date) => Promise<void>;

/** Sends the command of a stage; sent again, it changes nothing. */
export type RunStage = (deps: MonitoringDeps, run: ResponseRun) => Promise<StageResult>;

export const next = (text: string, results: Partial<RunResults> = {}): StageResult => ({
  outcome: 'NEXT',
  text,
  results,
});
export const later = (afterMs: number): StageResult => ({ outcome: 'LATER', afterMs });
export const stop = (text: string): StageResult => ({ outcome: 'STOP', text });

/** Names the decision to whoever carries it out: the same cause again changes nothing. */
export const causeOf = ({ id }: ResponseRun): string => `response-run:${id}`;

/** The name of what a run makes, in the words of others. */
export const nameOf = ({ policy, id }: ResponseRun): string => `${policy.slice(0, 80)}-${id.slice(0, 8)}`;

/** How often something is looked at that takes its time. */
export const LOOK_MS = 5_000;

const HOUR_MS = 3_600_000;
/** Whether a stage has lasted longer than so many hours. */
export const isOver = ({ stageSince }: ResponseRun, hours: number, now: Date): boolean =>
  stageSince !== null && now.getTime() - stageSince.getTime() > hours * HOUR_MS;
