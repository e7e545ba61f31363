import type { ComputedRole } from '../../../../core/traffic/computed-role.ts';
import { PRODUCTION, type ApprovalState } from './approval.ts';

/** What clients of MLflow call a version's place in life; computed from approval and traffic, never stored. */
export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof STAGES)[number];

export interface RoleIn {
  readonly environment: string;
  readonly role: ComputedRole;
}

const OVER: readonly ApprovalState[] = ['REJECTED', 'WITHDRAWN', 'RETIRED', 'ARCHIVED'];

/** Production where it answers everybody there; Staging where traffic or a release reaches it; Archived where that is over. */
export function stageOf(state: ApprovalState, roles: readonly RoleIn[]): Stage {
  if (roles.some(({ environment, role }) => environment === PRODUCTION && role === 'LIVE')) return 'Production';
  if (roles.some(({ role }) => role !== 'SUPERSEDED' && role !== 'KILLED')) return 'Staging';
  return OVER.includes(state) || roles.length > 0 ? 'Archived' : 'None';
}
