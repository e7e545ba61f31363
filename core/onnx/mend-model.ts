import { typeFloatOutputs } from './float-outputs.ts';
import { splitSequences } from './sequence-outputs.ts';
import { stripZipMap } from './zip-map.ts';

/**
 * The same model as nodes can run it: outputs that no JavaScript binding reads become plain tensors. A model that needs no
 * mending comes back as it is.
 */
export const mendModel = (model: Uint8Array): Uint8Array => stripZipMap(splitSequences(typeFloatOutputs(model)));
