import { ComparedEngine, Comparison } from '../../engines/comparison.ts';
import type { LoadBytes } from '../../engines/engine.ts';
import { OrtEngine } from '../../engines/ort-engine.ts';
import { TabularEngine } from '../../engines/tabular-engine.ts';
import type { PlatformEngines } from '../../node/platform.ts';
import type { EdgeConfig } from './config.ts';
import { WorkerEngine } from './worker-engine.ts';

type EngineSettings = Pick<EdgeConfig, 'engine' | 'compareEvery' | 'maxSessions' | 'maxModelBytes' | 'shadowBudgetMs'>;

const MOST_COMPARED = 100;

/** The engines of this node, as its configuration asks. */
export function makeEngines(
  { engine, compareEvery, maxSessions, maxModelBytes, shadowBudgetMs }: EngineSettings,
  loadBytes: LoadBytes,
  onDifference: (model: string, why: string) => void,
): PlatformEngines {
  // ONNX Runtime in a thread of its own: a shadow or a comparison, however slow, takes no turn from the answers.
  const other = new WorkerEngine(loadBytes, { limitMs: 2 * shadowBudgetMs });
  const comparison =
    compareEvery > 0 ? new Comparison({ other, every: compareEvery, mostQueued: MOST_COMPARED, onDifference }) : null;
  const own = new TabularEngine(loadBytes);
  const tabular = comparison ? new ComparedEngine(own, comparison) : own;
  const ort = new OrtEngine(loadBytes, { maxSessions, maxBytes: maxModelBytes });
  const engines = engine === 'auto' ? [tabular, ort] : [engine === 'tabular' ? tabular : ort];
  return { engines, shadowEngines: [other], comparison };
}
