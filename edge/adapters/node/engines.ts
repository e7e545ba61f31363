import type { Engine, LoadBytes } from '../../engines/engine.ts';
import { OrtEngine } from '../../engines/ort-engine.ts';
import { TabularEngine } from '../../engines/tabular-engine.ts';
import type { EdgeConfig } from './config.ts';

/** The engines of this node, the one to take first at the front. */
export function makeEngines(
  { engine, maxSessions }: Pick<EdgeConfig, 'engine' | 'maxSessions'>,
  loadBytes: LoadBytes,
): readonly Engine[] {
  const tabular = new TabularEngine(loadBytes);
  const ort = new OrtEngine(loadBytes, { maxSessions });
  if (engine === 'auto') return [tabular, ort];
  return engine === 'tabular' ? [tabular] : [ort];
}
