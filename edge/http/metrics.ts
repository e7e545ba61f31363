import type { Metrics } from '../telemetry/metrics.ts';
import { textAnswer } from './json-answer.ts';
import type { RouteTable } from './route-table.ts';

/** `/metrics`: Prometheus text. */
export function addMetricsRoute(table: RouteTable, metrics: Metrics): void {
  table.add({ method: 'GET', path: '/metrics', scope: 'metrics:read' }, (c) =>
    textAnswer(c, metrics.text(), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
}
