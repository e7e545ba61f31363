import type { RouteTable } from './route-table.ts';

/** Why a node is not ready; null when it is. */
export type Readiness = () => Readonly<Record<string, string>> | null;

/** What is wrong with a node that serves all the same, by part; empty where nothing is. */
export type Degraded = () => Readonly<Record<string, string>>;

/** `/livez` says that the process runs, `/readyz` that it can predict. Neither waits for anything. */
export function addHealthRoutes(table: RouteTable, readiness: Readiness, degraded: Degraded): void {
  table.add({ method: 'GET', path: '/livez', scope: 'none' }, (c) => c.json({ live: true }));
  table.add({ method: 'GET', path: '/readyz', scope: 'none' }, (c) => {
    const failed = readiness();
    if (failed) return c.json({ ready: false, failed }, 503);
    const wrong = degraded();
    return c.json({ ready: true, ...(Object.keys(wrong).length > 0 && { degraded: wrong }) });
  });
}
