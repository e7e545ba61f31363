import type { EntityManager } from '@mikro-orm/postgresql';
import { expiryOf, type ResponseRun, type RunResults } from '../../../domain/response/run.ts';
import type { MonitoringDeps } from '../../deps.ts';

/** What an attempt at a stage came to. */
export type StageResult =
  | { readonly outcome: 'NEXT'; readonly text: string; readonly results?: Partial<RunResults>; readonly save?: Save }
  /** Something is not there yet: it is looked at again after so long. */
  | { readonly outcome: 'LATER'; readonly afterMs: number; readonly asks?: Asks }
  | { readonly outcome: 'STOP' | 'EXPIRE'; readonly text: string };

/** What a person has to approve, and who has not let it through so far. */
interface Asks {
  readonly text: string;
  readonly refusedBy?: readonly number[];
}

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

/** What becomes of a stage that a person has to approve: it waits as long as the policy says, or stops at once. */
export function awaitApproval(run: ResponseRun, now: Date, text: string, refusedBy?: readonly number[]): StageResult {
  const until = expiryOf(run);
  if (until === null) return stop(text);
  if (now >= until) return { outcome: 'EXPIRE', text: `${text}; nobody approved it until ${until.toISOString()}` };
  const asks = { text: `${text}; it waits for a person until ${until.toISOString()}`, ...(refusedBy && { refusedBy }) };
  return { outcome: 'LATER', afterMs: LOOK_MS, asks };
}

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
