import { ComparedEngine, Comparison } from '../../engines/comparison.ts';
import type { Engine, LoadBytes } from '../../engines/engine.ts';
import { OrtEngine } from '../../engines/ort-engine.ts';
import { TabularEngine } from '../../engines/tabular-engine.ts';
import type { EdgeConfig } from './config.ts';

export interface NodeEngines {
  /** The one to take first at the front. */
  readonly engines: readonly Engine[];
  /** Null: nothing is compared. */
  readonly comparison: Comparison | null;
}

export interface EngineTools {
  readonly loadBytes: LoadBytes;
  /** ONNX Runtime in a thread of its own: a comparison takes no turn from the answers. */
  readonly beside: Engine;
  readonly onDifference: (model: string, why: string) => void;
}

const MOST_COMPARED = 100;

/** The engines of this node, as its configuration asks. */
export function makeEngines(
  { engine, compareEvery, maxSessions }: Pick<EdgeConfig, 'engine' | 'compareEvery' | 'maxSessions'>,
  { loadBytes, beside, onDifference }: EngineTools,
): NodeEngines {
  const comparison =
    compareEvery > 0
      ? new Comparison({ other: beside, every: compareEvery, mostQueued: MOST_COMPARED, onDifference })
      : null;
  const own = new TabularEngine(loadBytes);
  const tabular = comparison ? new ComparedEngine(own, comparison) : own;
  const ort = new OrtEngine(loadBytes, { maxSessions });
  const engines = engine === 'auto' ? [tabular, ort] : [engine === 'tabular' ? tabular : ort];
  return { engines, comparison };
}
