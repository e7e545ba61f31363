import type * as mlflow from '../../../http/mlflow/routes.ts';
import type * as metrics from '../../../http/metrics.ts';
import type * as oip from '../../../http/oip/routes.ts';
import type * as openapi from '../../../http/openapi.ts';
import type { RouteTable } from '../../../http/route-table.ts';

/** What these paths answer is that they are left out. */
function leaveOut(routes: RouteTable, paths: readonly string[]): void {
  for (const path of paths) {
    routes.leaveOut(
      path,
      `this edge is the bundle "lite", which leaves ${path} out: ask POST /v1/predict/{endpoint}, or deploy "full"`,
    );
  }
}

export const addOipRoutes: typeof oip.addOipRoutes = (routes) => leaveOut(routes, ['/v2']);
export const addMlflowRoutes: typeof mlflow.addMlflowRoutes = (routes) =>
  leaveOut(routes, ['/invocations', '/endpoints', '/ping', '/health', '/version']);
export const addMetricsRoute: typeof metrics.addMetricsRoute = (routes) => leaveOut(routes, ['/metrics']);
export const addOpenApiRoute: typeof openapi.addOpenApiRoute = (routes) => leaveOut(routes, ['/openapi.json', '/docs']);
