import type { RouteTable } from './route-table.ts';

/** Why a node is not ready; null when it is. */
export type Readiness = () => Readonly<Record<string, string>> | null;

/** `/livez` says that the process runs, `/readyz` that it can predict. Neither waits for anything. */
export function addHealthRoutes(table: RouteTable, readiness: Readiness): void {
  table.add({ method: 'GET', path: '/livez', scope: 'none' }, (c) => c.json({ live: true }));
  table.add({ method: 'GET', path: '/readyz', scope: 'none' }, (c) => {
    const failed = readiness();
    return failed ? c.json({ ready: false, failed }, 503) : c.json({ ready: true });
  });
}
