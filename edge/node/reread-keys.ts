import type { Metrics } from '../telemetry/metrics.ts';
import type { Task } from '../time/task.ts';
import type { NodeLog } from './node-log.ts';
import type { KeySource } from './platform.ts';

/** How long a change of keys may stay unseen. */
const REREAD_MS = 1_000;

/** Looks at the keys again; those that cannot be read leave the ones before in place. */
export function rereadKeys(sources: readonly KeySource[], metrics: Metrics, log: NodeLog): Task {
  for (const { setting } of sources) metrics.set('key_file_readable', 1, { setting });
  const run = async (): Promise<boolean> => {
    for (const source of sources) {
      const { setting } = source;
      try {
        if (!(await source.reread())) continue;
        metrics.set('key_file_readable', 1, { setting });
        log.info({ setting }, 'a file of keys has changed and was read again');
      } catch (error) {
        metrics.set('key_file_readable', 0, { setting });
        log.error({ err: error, setting }, 'a file of keys has changed and cannot be read: the keys before it stay');
      }
    }
    return true;
  };
  return { name: 'keys', everyMs: REREAD_MS, run };
}
