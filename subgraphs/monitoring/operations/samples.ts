import { DomainError } from '../../../core/errors.ts';
import { MOST_SAMPLES, type SampleBatch } from '../../../schema/metric.ts';
import type { OtlpMetrics, OtlpPartialSuccess } from '../../../schema/otlp.ts';
import type { Labels } from '../../../core/promql/labels.ts';
import { samplesOfOtlp } from '../domain/otlp.ts';
import type { Trust } from '../domain/trust.ts';
import { dropMeasuredWindows } from '../storage/quality/measured-window.ts';
import { dropSamples, writeSamples } from '../storage/metric-sample.ts';
import type { MonitoringDeps } from './deps.ts';
import type { SenderContext } from './record/ingest.ts';

const DAY_MS = 86_400_000;

/** Numbers that others send, for rules and charts. */
export class Samples {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** Keeps a batch, all of it or nothing. A label without text is no label. Throws INVALID_INPUT or FORBIDDEN. */
  async push({ actor }: SenderContext, { samples }: SampleBatch): Promise<number> {
    refuseDevices(actor.trust);
    const now = this.#deps.now();
    const rows = samples.map(({ name, labels, value, at }, i) => {
      const time = at === undefined ? now : new Date(at);
      if (time.getTime() > now.getTime() + DAY_MS || time.getTime() < 0) {
        const field = `samples.${i}.at`;
        throw new DomainError('INVALID_INPUT', `${field}: ${at} is more than a day ahead, or before 1970`, { field });
      }
      return { name, labels: nonEmpty(labels), value, at: time };
    });
    await writeSamples(this.#deps.db.pool, actor.project, rows);
    return rows.length;
  }

  /** Keeps what can be kept of metrics of OpenTelemetry, and says what cannot. A batch may be sent again. Throws FORBIDDEN. */
  async pushOtlp({ actor }: SenderContext, metrics: OtlpMetrics): Promise<OtlpPartialSuccess> {
    refuseDevices(actor.trust);
    const { samples, rejected } = samplesOfOtlp(metrics, this.#deps.now());
    for (let from = 0; from < samples.length; from += MOST_SAMPLES) {
      await writeSamples(this.#deps.db.pool, actor.project, samples.slice(from, from + MOST_SAMPLES));
    }
    return rejected;
  }
}

/** Rules act on them: what an app on a phone says is not enough for that. */
function refuseDevices(trust: Trust): void {
  if (trust === 'server') return;
  throw new DomainError('FORBIDDEN', 'samples: a device key may not send samples', { field: 'samples' });
}

/** Forgets what is older than samples are kept. */
export async function dropOldSamples({ db, now, sampleDays }: MonitoringDeps): Promise<void> {
  if (sampleDays === 0) return;
  const before = new Date(now().getTime() - sampleDays * DAY_MS);
  await dropSamples(db.pool, before);
  await dropMeasuredWindows(db.pool, before);
}

const nonEmpty = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
