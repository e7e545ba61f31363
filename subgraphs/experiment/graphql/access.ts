/** Who may look at experiments, and who may run them. */
export const READ = { role: 'viewer', scope: 'experiment:read' } as const;
export const WRITE = { role: 'developer', scope: 'experiment:write' } as const;
