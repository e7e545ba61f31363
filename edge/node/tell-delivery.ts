import type { DeliveryEvent } from '../delivery/delivery.ts';
import type { SnapshotEvent } from '../delivery/feature-snapshots.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { NodeLog } from './node-log.ts';

type Reported = DeliveryEvent | SnapshotEvent;

const FINE: readonly Reported['kind'][] = [
  'MANIFEST_ACCEPTED',
  'SWAPPED',
  'SHADOW_READY',
  'FORCED_READY',
  'SNAPSHOT_READY',
];

/** Writes down what delivery has to tell; what it refuses is counted too. */
export function tellDelivery(event: Reported, log: NodeLog, metrics: Metrics): void {
  const { kind, ...details } = event;
  if (FINE.includes(kind)) log.info(details, kind);
  else log.warn(details, kind);
  if (kind === 'MANIFEST_REFUSED') metrics.count('manifest_refused_total', { reason: event.code });
  if (kind === 'ENTRY_REFUSED') metrics.count('manifest_refused_total', { reason: 'ENTRY' });
  if (kind === 'SHADOW_REFUSED') metrics.count('manifest_refused_total', { reason: 'SHADOW' });
  if (kind === 'FORCED_REFUSED') metrics.count('manifest_refused_total', { reason: 'FORCED' });
  if (kind === 'SNAPSHOT_REFUSED') metrics.count('manifest_refused_total', { reason: 'SNAPSHOT' });
}
