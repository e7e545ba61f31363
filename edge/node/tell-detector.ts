import type { DetectorReport } from '../../schema/telemetry.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { NodeLog } from './node-log.ts';

/** Writes down that a detector came into another state; when it trips, that is counted. */
export function tellDetector(
  change: DetectorReport & { readonly deployment: string; readonly release: string },
  log: NodeLog,
  metrics: Metrics,
): void {
  const { name, state, deployment } = change;
  if (state !== 'TRIPPED') {
    log.info(change, `the detector "${name}" is ${state}`);
    return;
  }
  log.warn(change, `the detector "${name}" has tripped`);
  metrics.count('detector_tripped_total', { deployment, detector: name });
}
