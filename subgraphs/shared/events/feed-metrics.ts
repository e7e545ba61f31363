import { Gauge, type Registry } from 'prom-client';
import type { Consumer } from './follow-pages.ts';

/** Shows how long ago each followed feed was last read to its end. */
export function observeFeeds(
  metrics: Registry,
  consumers: Readonly<Record<string, Pick<Consumer, 'caughtUpAt'>>>,
  now: () => Date,
): void {
  const since = now().getTime();
  const lag = new Gauge({
    name: 'tiffin_feed_lag_seconds',
    help: 'Seconds since a feed that is followed here was last read to its end.',
    labelNames: ['consumer'] as const,
    registers: [],
    collect() {
      for (const [consumer, { caughtUpAt }] of Object.entries(consumers)) {
        this.set({ consumer }, Math.max(0, (now().getTime() - (caughtUpAt()?.getTime() ?? since)) / 1_000));
      }
    },
  });
  metrics.registerMetric(lag);
}
