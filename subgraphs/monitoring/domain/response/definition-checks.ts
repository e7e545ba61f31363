import { DomainError } from '../../../../core/errors.ts';
import { causeOf, namesIn, type Cause } from '../incident/cause.ts';
import type { Action } from './action.ts';
import type { PolicyDefinition } from './definition.ts';

/** What must be the matter for an action; what is not listed may follow anything. */
const ALLOWED_CAUSES: Readonly<Partial<Record<Action['kind'], readonly Cause[]>>> = {
  // Drift alone never takes a model away: a storm week has other inputs, and the model may be right about them.
  ROLL_BACK: ['PERFORMANCE_LOSS', 'INFRASTRUCTURE'],
  FALLBACK: ['PERFORMANCE_LOSS', 'INFRASTRUCTURE', 'PIPELINE_FAULT'],
  // A model that learns from broken input learns what is broken.
  RETRAIN: ['COVARIATE_SHIFT', 'PRIOR_SHIFT', 'CONCEPT_DRIFT', 'PERFORMANCE_LOSS'],
};

const WHY: Readonly<Partial<Record<Action['kind'], string>>> = {
  ROLL_BACK: 'drift alone never rolls back',
  FALLBACK: 'drift alone never switches to the fallback',
  RETRAIN: 'broken input and machines are mended, nothing is learned of them',
};

/** Throws INVALID_INPUT where parts of a definition do not go together. */
export function checkTogether({
  trigger,
  action,
}: {
  readonly trigger: PolicyDefinition['trigger'];
  readonly action: Action;
}): void {
  const allowed = ALLOWED_CAUSES[action.kind];
  if ('expression' in trigger) {
    checkIndicators(trigger.expression, action);
  } else if (allowed) {
    const wrong = trigger.causes.filter((cause) => !allowed.includes(cause));
    if (trigger.causes.length === 0 || wrong.length > 0) {
      const found = wrong.length > 0 ? wrong.join(', ') : 'none';
      throw refuse(
        'trigger.causes',
        `${WHY[action.kind]}: ${action.kind} takes causes, not ${found}; allowed: ${allowed.join(', ')}`,
        allowed,
      );
    }
  } else if (trigger.rules.length + trigger.causes.length === 0) {
    throw refuse('trigger', 'name rules, causes, or both');
  }
  if (action.kind !== 'RETRAIN') return;
  checkPlan('shadow', action.until !== 'VALIDATED', action.shadow !== null, action.until);
  checkPlan('rollout', action.until === 'LIVE', action.rollout !== null, action.until);
}

/** Whether an action may follow what a series shows. */
export const mayFollow = ({ kind }: Action, cause: Cause): boolean => ALLOWED_CAUSES[kind]?.includes(cause) ?? true;

/** What indicators show is known by their names: an action follows the same trouble as it does by alerts. */
function checkIndicators(expression: string, action: Action): void {
  const names = namesIn(expression);
  if (names.length === 0) {
    throw refuse('trigger.expression', 'it reads no indicator by name; allowed: a condition such as model_auc < 0.7');
  }
  const cause = causeOf({ signal: null, expression }, { labels: {} });
  if (mayFollow(action, cause)) return;
  const allowed = ALLOWED_CAUSES[action.kind] ?? [];
  throw refuse(
    'trigger.expression',
    `${WHY[action.kind]}: ${names.join(', ')} show ${cause}; ${action.kind} allows indicators of ${allowed.join(', ')}`,
    allowed,
  );
}

function checkPlan(plan: 'shadow' | 'rollout', needed: boolean, given: boolean, until: string): void {
  if (needed === given) return;
  throw refuse(
    `action.${plan}`,
    needed ? `until ${until} needs a plan of the ${plan}` : `until ${until} has no ${plan}`,
  );
}

const refuse = (field: string, message: string, allowed?: readonly string[]): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, ...(allowed && { allowed }) });
