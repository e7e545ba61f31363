import { DomainError } from '../../../../core/errors.ts';
import { isAllowed, type Actor } from '../../../shared/auth/actor.ts';
import type { PolicyDefinition } from '../../domain/response/definition.ts';
import type { ResponseRun } from '../../domain/response/run.ts';

/** G1 and G2 are the rules of approvals everywhere: who makes does not check, and people alone check. */
const refuse = (rule: 'G1' | 'G2', message: string, details: object): DomainError =>
  new DomainError('FORBIDDEN', `${message} (rule ${rule})`, { rule, ...details });

export const isChecker = (actor: Actor): boolean => isAllowed(actor, { role: 'approver' });

/** What acts by itself goes as far as who set it may. Throws FORBIDDEN (G2). */
export function requireMayDefine({ level, action }: PolicyDefinition, actor: Actor): void {
  if (level !== 'AUTOMATIC' || action.kind === 'PAGE' || isChecker(actor)) return;
  throw refuse('G2', `definition: a policy that does ${action.kind} by itself takes a person with the role approver`, {
    field: 'definition',
    allowed: ['role approver', 'level OBSERVE, SUGGEST or APPROVE'],
  });
}

/** Who said what is to be done does not let it happen. Throws FORBIDDEN: G2 for all but approvers, G1 for its author. */
export function requireMayApprove({ author }: ResponseRun, actor: Actor): void {
  if (!isChecker(actor)) {
    throw refuse('G2', 'run: to approve it takes a person with the role approver', { allowed: ['role approver'] });
  }
  if (actor.subject === author || actor.onBehalfOf === author) {
    throw refuse('G1', `run: to approve it takes somebody other than ${author}, who made the policy`, {
      makers: [author],
    });
  }
}
