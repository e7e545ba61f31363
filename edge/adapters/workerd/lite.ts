import { CAPABILITIES } from '../../../schema/manifest.ts';
import { PlanEngine } from '../../engines/plan-engine.ts';
import { workerOf } from './worker.ts';

export { RecordObject } from './record-object.ts';

/** What this bundle is without: see the parts that `edge/adapters/bundle/parts-of-lite.ts` puts into it. */
const LEFT_OUT: readonly string[] = ['engine:ort', 'reasons:1', 'detectors:1'];

/** Trees and linear models alone, by the compiled plans that releases bring: small, and ready at once. */
// oxlint-disable-next-line import/no-default-export -- this is what the platform calls
export default workerOf({
  engines: (loadBytes) => ({ engines: [new PlanEngine(loadBytes)], shadowEngines: [], comparison: null }),
  capabilities: CAPABILITIES.filter((capability) => !LEFT_OUT.includes(capability)),
  openapi: null,
});
