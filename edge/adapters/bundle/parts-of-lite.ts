import { relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

const PARTS = 'edge/adapters/workerd/lite-parts';

/** What the bundle `lite` leaves out of the edge, and what stands in its place: it exports the same names. */
export const PARTS_OF_LITE: Readonly<Record<string, string>> = {
  'edge/http/oip/routes.ts': `${PARTS}/doors.ts`,
  'edge/http/mlflow/routes.ts': `${PARTS}/doors.ts`,
  'edge/http/metrics.ts': `${PARTS}/doors.ts`,
  'edge/http/openapi.ts': `${PARTS}/doors.ts`,
  'edge/node/node-metrics.ts': `${PARTS}/metrics.ts`,
  'edge/serving/observe.ts': `${PARTS}/metrics.ts`,
  'edge/delivery/reasoned-of.ts': `${PARTS}/reasons.ts`,
  'edge/serving/reasons-for.ts': `${PARTS}/reasons.ts`,
  'edge/http/asked-reasons.ts': `${PARTS}/reasons.ts`,
  'core/reasons/loggable.ts': `${PARTS}/reasons.ts`,
  'edge/detectors/detectors.ts': `${PARTS}/detectors.ts`,
  'edge/shadow/shadows.ts': `${PARTS}/shadows.ts`,
  'core/recipe/combine-checks.ts': `${PARTS}/checked-before.ts`,
  'core/recipe/detectors.ts': `${PARTS}/checked-before.ts`,
  'core/recipe/feature-checks.ts': `${PARTS}/checked-before.ts`,
  'core/recipe/input-checks.ts': `${PARTS}/checked-before.ts`,
  'core/recipe/model-checks.ts': `${PARTS}/checked-before.ts`,
  'core/recipe/rule-checks.ts': `${PARTS}/checked-before.ts`,
  'core/recipe/rule-reach.ts': `${PARTS}/checked-before.ts`,
  'core/traffic/layer-checks.ts': `${PARTS}/checked-before.ts`,
  'schema/format-1.ts': `${PARTS}/releases.ts`,
  'core/server-events.ts': `${PARTS}/never-here.ts`,
  'edge/delivery/manifest-events.ts': `${PARTS}/never-here.ts`,
  'edge/node/reread-keys.ts': `${PARTS}/never-here.ts`,
  'edge/engines/warm-up.ts': `${PARTS}/never-here.ts`,
};

/** Puts them there. Runs in the root of the project. */
export const withPartsOfLite: Plugin = {
  name: 'with-parts-of-lite',
  setup: (build) => {
    build.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
      const part = PARTS_OF_LITE[relative('.', resolve(resolveDir, path))];
      return part === undefined ? undefined : { path: resolve(part) };
    });
  },
};
