/** Who may look at what monitoring knows, and who may change its rules. */
export const READ = { role: 'viewer', scope: 'monitoring:read' } as const;
/** Who may say where alerts are sent: it leaves the house. */
export const RECEIVERS = { role: 'admin', scope: 'monitoring:write' } as const;
export const WRITE = { role: 'developer', scope: 'monitoring:write' } as const;
/** Who may try to decide: the operation itself refuses all but an approver who did not make it, and records the refusal. */
export const DECIDE = { role: 'viewer', scope: 'monitoring:write' } as const;
