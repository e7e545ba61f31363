import './ort-wasm.ts';
import description from '../../../schema/edge.openapi.json' with { type: 'json' };
import { apiDescription } from '../../http/api-page/api-description.ts';
import { CAPABILITIES } from '../../../schema/manifest.ts';
import { OrtEngine } from '../../engines/ort-engine.ts';
import { TabularEngine } from '../../engines/tabular-engine.ts';
import { workerOf } from './worker.ts';

export { RecordObject } from './record-object.ts';

/** Every model: the tabular engine where it is proven, and ONNX Runtime for all else. */
// oxlint-disable-next-line import/no-default-export -- this is what the platform calls
export default workerOf({
  engines: (loadBytes, { maxSessions }) => {
    const engines = [new TabularEngine(loadBytes), new OrtEngine(loadBytes, { maxSessions })];
    return { engines, shadowEngines: engines, comparison: null };
  },
  capabilities: CAPABILITIES,
  openapi: apiDescription(description),
});
