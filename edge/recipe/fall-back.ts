import { DomainError } from '../../core/errors.ts';
import { decideWithoutScore, thresholdOf, undecided } from '../../core/recipe/decide.ts';
import type { Values } from '../../core/recipe/value.ts';
import type { RuleResult } from '../../schema/telemetry.ts';
import type { Answer } from './run.ts';
import type { Failure } from './score.ts';

/** How far an answer came before it failed. */
export interface Reached extends Pick<Answer, 'plan' | 'inputs' | 'features'> {
  /** The features that could be had. */
  readonly gathered: Values;
  /** What its rules said, if they were asked. */
  readonly rules: readonly RuleResult[];
}

/**
 * Answers as the recipe declares for the cause. `before` answers by the previous release, where there is one. Throws
 * UNAVAILABLE where the recipe refuses, or where what it declares cannot be had either.
 */
export async function fallBack(
  { cause, detail, models }: Failure,
  reached: Reached,
  before: (() => Promise<Answer>) | null,
): Promise<Answer> {
  const { plan, inputs, features } = reached;
  const base = { plan, inputs, features, models, made: null, runMs: [], fallback: cause, detail };
  const action = plan.actions(cause);
  switch (action.kind) {
    case 'CONSTANT': {
      const decided = undecided(action.decision ?? thresholdOf(plan, action.score));
      return { ...base, ...decided, rules: reached.rules, score: action.score, fallbackAction: 'CONSTANT' };
    }
    case 'RULES_ONLY': {
      const decided = decideWithoutScore(plan, reached);
      if (decided) return { ...base, ...decided, score: null, fallbackAction: 'RULES_ONLY' };
      throw refusal(cause, detail, 'no rule decides without a score');
    }
    case 'PREVIOUS': {
      if (!before) throw refusal(cause, detail, 'there is no previous release to answer');
      const answer = await before();
      return { ...answer, fallback: cause, fallbackAction: answer.fallbackAction ?? 'PREVIOUS', detail };
    }
    case 'REFUSE':
    default:
      throw refusal(cause, detail, 'the recipe refuses to guess');
  }
}

const refusal = (cause: Failure['cause'], detail: string, why: string): DomainError =>
  new DomainError('UNAVAILABLE', `no prediction (${cause}): ${detail}; ${why}`, { cause });
