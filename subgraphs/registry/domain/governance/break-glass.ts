import { DomainError } from '../../../../core/errors.ts';
import type { Actor } from '../identity.ts';
import { ruleRefusal } from '../rule.ts';
import type { ApprovalState } from '../version/approval.ts';
import type { ModelVersion } from '../version/model-version.ts';

/** An emergency: a version gets traffic in one environment without what is missing to it, for a while. */
export interface BreakGlass {
  readonly id: number;
  readonly project: string;
  /** The version's id. */
  readonly modelVersion: string;
  readonly environment: string;
  /** What it speaks of; another set of digests is not let through. */
  readonly digestSet: string;
  readonly reason: string;
  readonly openedBy: string;
  readonly openedAt: Date;
  readonly expiresAt: Date;
  readonly closedBy: string | null;
  readonly closedAt: Date | null;
  readonly closingReason: string | null;
}

export const LONGEST_BREAK_GLASS_MINUTES = 24 * 60;

/** Whether traffic is let through by it now. */
export const letsThrough = ({ closedAt, expiresAt }: BreakGlass, now: Date): boolean =>
  closedAt === null && expiresAt > now;

/** Throws FORBIDDEN (G9) for everybody but a person who runs the install. */
export function requireOpener({ kind, roles }: Actor): void {
  if (kind === 'user' && roles.includes('admin')) return;
  throw ruleRefusal('G9', 'openBreakGlass takes a person with the role admin', { allowed: ['role admin'] });
}

const CLOSERS = ['approver', 'committee', 'admin'];

/** People who decide or run the install. */
export const isCloser = ({ kind, roles }: Pick<Actor, 'kind' | 'roles'>): boolean =>
  kind === 'user' && roles.some((role) => CLOSERS.includes(role));

/** Throws FORBIDDEN (G9) for who opened it, and for all but people who decide or run the install. */
export function requireCloser({ openedBy }: BreakGlass, actor: Actor): void {
  if (!isCloser(actor)) {
    throw ruleRefusal('G9', 'closeBreakGlass takes a person with the role approver, committee or admin', {
      allowed: CLOSERS.map((role) => `role ${role}`),
    });
  }
  if (actor.subject !== openedBy) return;
  throw ruleRefusal('G9', `closeBreakGlass takes somebody other than ${openedBy}, who opened it`);
}

const FROZEN: readonly ApprovalState[] = ['SUBMITTED', 'VALIDATED', 'APPROVED'];

/** Whether a version does not change any more, and nobody said no to it. */
export const isFrozen = ({ state }: Pick<ModelVersion, 'state'>): boolean => FROZEN.includes(state);

/** Throws FAILED_PRECONDITION (G9) for a version that can still change, or that people said no to. */
export function requireFrozen(version: Pick<ModelVersion, 'state'>): void {
  if (isFrozen(version)) return;
  const { state } = version;
  throw ruleRefusal(
    'G9',
    `modelVersion: it is ${state}: allowed ${FROZEN.join(', ')}`,
    { field: 'modelVersion', state, allowed: FROZEN },
    'FAILED_PRECONDITION',
  );
}

/** Throws FAILED_PRECONDITION (G9) while an earlier one was not closed: nobody lives in an emergency. */
export function requireNoneOpen(open: readonly BreakGlass[]): void {
  const [first] = open;
  if (!first) return;
  throw ruleRefusal(
    'G9',
    `modelVersion: the one of ${first.openedAt.toISOString()} by ${first.openedBy} is not closed: another person closes it first`,
    { field: 'modelVersion', open: open.map(({ id }) => id) },
    'FAILED_PRECONDITION',
  );
}

/** Throws INVALID_INPUT that names the field. */
export function checkBreakGlass({ minutes, reason }: { readonly minutes: number; readonly reason: string }): void {
  if (!Number.isSafeInteger(minutes) || minutes < 1 || minutes > LONGEST_BREAK_GLASS_MINUTES) {
    const message = `minutes: is ${minutes}; allowed 1 to ${LONGEST_BREAK_GLASS_MINUTES}`;
    throw new DomainError('INVALID_INPUT', message, { field: 'minutes', max: LONGEST_BREAK_GLASS_MINUTES });
  }
  requireReason(reason);
}

export function requireReason(reason: string): void {
  if (reason.trim() !== '') return;
  throw new DomainError('INVALID_INPUT', 'reason: say why, in one character or more', { field: 'reason' });
}
