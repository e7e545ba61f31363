import type { Hono } from 'hono';
import { Registry, collectDefaultMetrics } from 'prom-client';
import type { DataPlane, DataPlaneEnv } from './data-plane.ts';
import { metricsText } from './metrics-text.ts';

/** What readiness depends on: a name and a check that throws when it is not there. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<void> | void>>;

export function makeMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

export interface Health {
  readonly metrics: Registry;
  /** Those of the other services in this process. */
  readonly mounted?: readonly Registry[];
  /** Without these nothing can be served. */
  readonly checks: ReadinessChecks;
  /** Without these something is missing: told, and no reason to send requests elsewhere. */
  readonly degrading?: ReadinessChecks;
  readonly stopping: () => boolean;
}

/** `/livez` says that the process runs, `/readyz` that it can serve, `/metrics` is Prometheus text behind a scope. */
export function addHealth(
  app: Hono<DataPlaneEnv>,
  plane: DataPlane,
  { metrics, mounted = [], checks, degrading = {}, stopping }: Health,
): void {
  app.get('/livez', (c) => c.json({ live: true }));
  app.get('/readyz', async (c) => {
    const [failed, degraded] = await Promise.all([failuresOf(checks), failuresOf(degrading)]);
    if (stopping()) failed['stopping'] = 'this process is shutting down';
    const ready = isEmpty(failed);
    return c.json({ ready, ...(!ready && { failed }), ...(!isEmpty(degraded) && { degraded }) }, ready ? 200 : 503);
  });
  plane.routes.push(
    { method: 'GET', path: '/livez', scope: 'none' },
    { method: 'GET', path: '/readyz', scope: 'none' },
  );
  plane.route({ method: 'GET', path: '/metrics', scope: 'metrics:read' }, async (c) =>
    c.text(await metricsText(metrics, mounted), 200, { 'content-type': metrics.contentType }),
  );
}

const isEmpty = (failures: Record<string, string>): boolean => Object.keys(failures).length === 0;

async function failuresOf(checks: ReadinessChecks): Promise<Record<string, string>> {
  const outcomes = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await check();
        return [];
      } catch {
        return [[name, 'not available'] as const];
      }
    }),
  );
  return Object.fromEntries(outcomes.flat());
}
