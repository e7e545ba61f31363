import { namesOf, type Actor } from './identity.ts';
import { ruleRefusal } from './rule.ts';

/** What a check is about: the step, in capitals, and the noun that others made. */
export interface Check {
  readonly action: string;
  readonly noun: string;
  /** Everybody who made it, by every name under which they acted. */
  readonly makers: readonly string[];
}

/** Roles that decide; a committee's member is an approver too. */
const CHECKERS: readonly string[] = ['approver', 'committee'];

export const isChecker = ({ kind, roles }: Pick<Actor, 'kind' | 'roles'>): boolean =>
  kind === 'user' && roles.some((role) => CHECKERS.includes(role));

/** Nobody checks what they made. Throws FORBIDDEN: G2 for all but people in the role approver, G1 for a maker. */
export function requireChecker({ action, noun, makers }: Check, actor: Actor): void {
  if (!isChecker(actor)) {
    const who = actor.kind === 'user' ? 'this person has another role' : `a ${actor.kind} identity never decides`;
    throw ruleRefusal(
      'G2',
      `${action} takes a person with the role approver; ${who}. Roles come from the issuer, before it from TIFFIN_BOOTSTRAP_APPROVER_SECRET`,
      { allowed: ['role approver'] },
    );
  }
  const names = namesOf(actor);
  if (makers.some((maker) => names.includes(maker))) {
    throw ruleRefusal('G1', `${action} takes somebody other than those who made the ${noun}: ${makers.join(', ')}`, {
      makers,
    });
  }
}
