import { pino, type Logger } from 'pino';
import type { DeliveryEvent } from '../../delivery/delivery.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { EdgeConfig } from './config.ts';
import { logFile } from './log-file.ts';

/** One JSON object a line, to the file of the configuration or to the standard output. */
export function makeLog({ logLevel, logFile: file }: EdgeConfig): Logger {
  const options = { level: logLevel, base: { service: 'edge' } };
  return file === null ? pino(options) : pino(options, logFile(file));
}

const FINE: readonly DeliveryEvent['kind'][] = ['MANIFEST_ACCEPTED', 'SWAPPED', 'SHADOW_READY', 'FORCED_READY'];

/** Writes down what delivery has to tell; what it refuses is counted too. */
export function tellDelivery(event: DeliveryEvent, log: Logger, metrics: Metrics): void {
  const { kind, ...details } = event;
  if (FINE.includes(kind)) log.info(details, kind);
  else log.warn(details, kind);
  if (kind === 'MANIFEST_REFUSED') metrics.count('manifest_refused_total', { reason: event.code });
  if (kind === 'ENTRY_REFUSED') metrics.count('manifest_refused_total', { reason: 'ENTRY' });
  if (kind === 'SHADOW_REFUSED') metrics.count('manifest_refused_total', { reason: 'SHADOW' });
  if (kind === 'FORCED_REFUSED') metrics.count('manifest_refused_total', { reason: 'FORCED' });
}
