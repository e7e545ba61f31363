import { compileModel } from '../../core/tabular/compile-plan.ts';
import type { LoadBytes } from './engine.ts';
import { PlanEngine } from './plan-engine.ts';

/**
 * The tabular engine that also compiles: ready at once, on every platform, and several times as quick as ONNX Runtime for one row.
 * What it does not know it refuses to load.
 */
export class TabularEngine extends PlanEngine {
  constructor(loadBytes: LoadBytes) {
    super(loadBytes, compileModel);
  }
}
