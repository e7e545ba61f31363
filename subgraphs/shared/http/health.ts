import type { Hono } from 'hono';
import { Registry, collectDefaultMetrics } from 'prom-client';
import type { DataPlane, DataPlaneEnv } from './data-plane.ts';

/** What readiness depends on: a name and a check that throws when it is not there. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<void> | void>>;

export function makeMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** `/livez` says that the process runs, `/readyz` that it can serve, `/metrics` is Prometheus text behind a scope. */
export function addHealth(
  app: Hono<DataPlaneEnv>,
  plane: DataPlane,
  { metrics, checks, stopping }: { metrics: Registry; checks: ReadinessChecks; stopping: () => boolean },
): void {
  app.get('/livez', (c) => c.json({ live: true }));
  app.get('/readyz', async (c) => {
    const failed: Record<string, string> = {};
    if (stopping()) failed['stopping'] = 'this process is shutting down';
    for (const [name, check] of Object.entries(checks)) {
      try {
        await check();
      } catch {
        failed[name] = 'not available';
      }
    }
    const ready = Object.keys(failed).length === 0;
    return c.json({ ready, ...(!ready && { failed }) }, ready ? 200 : 503);
  });
  plane.routes.push(
    { method: 'GET', path: '/livez', scope: 'none' },
    { method: 'GET', path: '/readyz', scope: 'none' },
  );
  plane.route({ method: 'GET', path: '/metrics', scope: 'metrics:read' }, async (c) =>
    c.text(await metrics.metrics(), 200, { 'content-type': metrics.contentType }),
  );
}
