import { connections } from '../../shared/graphql/connection.ts';

/** Who may look. */
export const READ = { role: 'viewer', scope: 'feature:read' } as const;
/** Who may define, load and build. */
export const WRITE = { role: 'developer', scope: 'feature:write' } as const;

export const connectionOf = connections(READ);
