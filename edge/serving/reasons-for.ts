import type { Reasons } from '../../schema/reasons.ts';
import { allReasons, loggedReasons, shownReasons, type ShownReasons } from '../recipe/reasons.ts';
import type { Answer } from '../recipe/run.ts';
import type { Stopwatch } from '../recipe/stopwatch.ts';
import { isSampled } from '../telemetry/sampling.ts';

/**
 * The reasons that the caller asks for, and those that the recipe wants in the log. Like a model they cannot be cut off: where
 * what they take at p99 does not fit what is left of the total budget, there are none.
 */
export function reasonsFor(
  id: string,
  answer: Answer,
  asked: number | null,
  watch: Stopwatch,
): { readonly shown: ShownReasons | null; readonly logged: Reasons | null } {
  const { recipe, reasonsP99Ms } = answer.plan;
  const { budgets, logging } = recipe;
  const sampled = logging.reasons && isSampled(id, logging.reasons.sampleRate, 'REASONS') ? logging.reasons : null;
  if (asked === null && !sampled) return { shown: null, logged: null };
  if (watch.elapsedMs() + reasonsP99Ms > budgets.totalMs) return { shown: null, logged: null };
  const all = allReasons(answer);
  const shown = all && asked !== null ? shownReasons(all, asked, answer) : null;
  const logged = all && sampled ? loggedReasons(all, sampled.most, answer.plan) : null;
  watch.end('reasons');
  return { shown, logged };
}
