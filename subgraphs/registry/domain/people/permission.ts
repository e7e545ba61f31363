import { DomainError } from '../../../../core/errors.ts';
import { MUTATIONS } from '../../../../schema/mutations.ts';

/** A mutation of the graph, of whichever subgraph. */
export type Action = keyof typeof MUTATIONS;

/** Whether somebody may do something, as far as rules tell before it is tried. */
export interface Permission {
  readonly action: Action;
  readonly allowed: boolean;
  /** Why not, in the words of the refusal; null where it is allowed. */
  readonly reason: string | null;
  /** The rule of governance that says no; null where a role or a state does. */
  readonly rule: string | null;
  /** What would let one do it: `role developer`, `scope registry:write`. */
  readonly needs: readonly string[];
}

const MOST_ACTIONS = 50;

/** Throws INVALID_INPUT for what is no mutation, and for too many. */
export function readActions(names: readonly string[]): readonly Action[] {
  if (names.length > MOST_ACTIONS) {
    throw new DomainError('INVALID_INPUT', `actions: at most ${MOST_ACTIONS}, not ${names.length}`, {
      field: 'actions',
    });
  }
  return names.map((name) => {
    if (Object.hasOwn(MUTATIONS, name)) return name as Action;
    throw new DomainError('INVALID_INPUT', `actions: must name mutations of the graph, not "${name}"`, {
      field: 'actions',
      allowed: Object.keys(MUTATIONS),
    });
  });
}

export const permitted = (action: Action): Permission => ({
  action,
  allowed: true,
  reason: null,
  rule: null,
  needs: [],
});

/** As a refusal says it. */
export function refused(action: Action, { message, details: { rule, allowed } }: DomainError): Permission {
  const needs = Array.isArray(allowed) ? allowed.map(String) : [];
  return { action, allowed: false, reason: message, rule: typeof rule === 'string' ? rule : null, needs };
}
