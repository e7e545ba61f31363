/** Who may look at experiments, and who may run them. */
export const READ = { role: 'viewer', scope: 'experiment:read' } as const;
export const WRITE = { role: 'developer', scope: 'experiment:write' } as const;
/** What goes further than the guardrails do is for people who may approve. */
export const APPROVE = { role: 'approver' } as const;
