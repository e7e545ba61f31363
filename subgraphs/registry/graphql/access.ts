import type { AccessRule } from '../../shared/auth/actor.ts';

/** Who may look. */
export const READ: AccessRule = { role: 'viewer', scope: 'registry:read' };
/** Who may register and describe. */
export const WRITE: AccessRule = { role: 'developer', scope: 'registry:write' };
/** Who may keep searches under a name: everybody who may search, and machines that may write. */
export const SAVE: AccessRule = { role: 'viewer', scope: 'registry:write' };
/** Who may move traffic. */
export const TRAFFIC: AccessRule = { role: 'developer', scope: 'registry:traffic' };
/**
 * Who may try to decide. Wide on purpose: the operation itself refuses everybody but an approver who made nothing of
 * it, and so each refusal names its rule and is recorded.
 */
export const DECIDE: AccessRule = { role: 'viewer', scope: 'registry:write' };
/** Who runs the install. */
export const ADMIN: AccessRule = { role: 'admin' };
/** Who may send what happens elsewhere, and see where it goes: a receiver's URL may itself be a secret. */
export const WEBHOOKS: AccessRule = { role: 'admin', scope: 'registry:webhooks' };
