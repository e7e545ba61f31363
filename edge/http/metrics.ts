import type { RouteTable } from './route-table.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** `/metrics`: Prometheus text. */
export function addMetricsRoute(table: RouteTable, metrics: Metrics): void {
  table.add({ method: 'GET', path: '/metrics', scope: 'metrics:read' }, (c) =>
    c.text(metrics.text(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
}
