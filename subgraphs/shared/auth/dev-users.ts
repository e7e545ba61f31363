import { DomainError } from '../../../core/errors.ts';
import type { Actor, Role } from './actor.ts';

/** The users of dev mode, one per role. They have no secret: dev mode listens on loopback alone. */
const DEV_USERS = ['viewer', 'developer', 'approver', 'committee', 'admin'] as const satisfies readonly Role[];
type DevUser = (typeof DEV_USERS)[number];

export const DEV_USER_HEADER = 'x-tiffin-user';

export const isDevUser = (name: string): name is DevUser => (DEV_USERS as readonly string[]).includes(name);

/** Who the header says is asking; the developer when it says nothing. */
export function devUser(name: string = 'developer'): Actor {
  if (!isDevUser(name)) {
    throw new DomainError('UNAUTHENTICATED', `dev mode has no user "${name}": choose one of ${DEV_USERS.join(', ')}`, {
      field: DEV_USER_HEADER,
      allowed: DEV_USERS,
    });
  }
  return { subject: `user:${name}`, kind: 'user', roles: [name], scopes: [], project: 'default' };
}
