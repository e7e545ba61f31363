import type { Scope } from '../../../core/scopes.ts';

export { SCOPES, type Scope } from '../../../core/scopes.ts';

/**
 * People's roles. A role includes those it lists; `admin` runs the install and does not approve by right. `committee` is an
 * approver whose approval the riskiest models need besides.
 */
const INCLUDES = {
  viewer: ['viewer'],
  developer: ['viewer', 'developer'],
  approver: ['viewer', 'developer', 'approver'],
  committee: ['viewer', 'developer', 'approver', 'committee'],
  admin: ['viewer', 'developer', 'admin'],
} as const;

export type Role = keyof typeof INCLUDES;
export const ROLES = Object.keys(INCLUDES) as readonly Role[];

/** Who is asking. A service identity acts for somebody (`onBehalfOf`) and never approves. */
export interface Actor {
  /** `user:developer`, `key:ci`, `service:experiment`. */
  readonly subject: string;
  readonly kind: 'user' | 'machine' | 'service';
  readonly roles: readonly Role[];
  readonly scopes: readonly Scope[];
  readonly project: string;
  readonly onBehalfOf?: string;
}

/** What a field or route asks for: any one of the roles, or any one of the scopes, suffices. */
export interface AccessRule {
  readonly role?: Role;
  readonly scope?: Scope;
}

const hasRole = (actor: Actor, role: Role): boolean =>
  actor.roles.some((held) => (INCLUDES[held] as readonly Role[]).includes(role));

/** Default deny: a rule that names nothing lets nobody in. */
export function isAllowed(actor: Actor, { role, scope }: AccessRule): boolean {
  return (
    (role !== undefined && actor.kind === 'user' && hasRole(actor, role)) ||
    (scope !== undefined && actor.scopes.includes(scope))
  );
}

export const isRole = (text: string): text is Role => Object.hasOwn(INCLUDES, text);
