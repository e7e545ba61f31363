import { CAPABILITIES } from '../../../schema/manifest.ts';
import { TabularEngine } from '../../engines/tabular-engine.ts';
import { workerOf } from './worker.ts';

export { RecordObject } from './record-object.ts';

/** Trees and linear models alone: small, and ready at once. */
// oxlint-disable-next-line import/no-default-export -- this is what the platform calls
export default workerOf({
  engines: (loadBytes) => {
    const engines = [new TabularEngine(loadBytes)];
    return { engines, shadowEngines: engines, comparison: null };
  },
  capabilities: CAPABILITIES.filter((capability) => capability !== 'engine:ort'),
  openapi: null,
});
