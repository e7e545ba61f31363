import type { Comparison } from '../engines/comparison.ts';
import type { NodeClock } from '../control-plane/node-clock.ts';
import type { ServingTable } from '../serving/deployment.ts';
import type { Shadows } from '../shadow/shadows.ts';
import { Metrics } from '../telemetry/metrics.ts';
import type { Detectors } from '../detectors/detectors.ts';
import type { Profiles } from '../telemetry/profiles.ts';
import type { RecordLog } from '../telemetry/record-log.ts';

export interface NodeMetricsParts {
  readonly table: ServingTable;
  readonly log: RecordLog;
  readonly profiles: Profiles;
  readonly shadows: Shadows;
  readonly detectors: Detectors;
  readonly clock: NodeClock;
  /** Of the engines, where they are compared. */
  readonly comparison?: Comparison | null;
}

/** The metrics of a node; those of inference bear MLServer's names, so that its dashboards work. */
export function nodeMetrics({
  table,
  log,
  profiles,
  shadows,
  detectors,
  clock,
  comparison = null,
}: NodeMetricsParts): Metrics {
  const metrics = new Metrics();
  metrics.declare('model_infer_request_success_total', 'counter', 'Predictions answered, by model and version.');
  metrics.declare(
    'model_infer_request_failure_total',
    'counter',
    'Predictions refused or failed, by endpoint and code.',
  );
  metrics.declare('model_failed_total', 'counter', 'Answers that a model could not be had for, by version and cause.');
  metrics.declare('model_infer_duration_seconds', 'histogram', 'Time of the model itself.');
  metrics.declare('feature_fetch_duration_seconds', 'histogram', 'Time to have the features of a request.');
  metrics.declare('prediction_duration_seconds', 'histogram', 'Time from request to answer, without the socket.');
  metrics.declare('prediction_fallback_total', 'counter', 'Predictions answered by a fallback, by cause.');
  metrics.declare('prediction_rule_total', 'counter', 'Rules that decided, matched or failed, by deployment.');
  metrics.declare(
    'prediction_reasons_logged_total',
    'counter',
    'Predictions whose record says why, as the recipe asks.',
  );
  metrics.declare('prediction_reasons_logged_bytes_total', 'counter', 'What these reasons add to records, in bytes.');
  metrics.declare('prediction_stage_duration_seconds', 'histogram', 'Time of each stage of an answer.');
  metrics.declare('prediction_stage_overrun_total', 'counter', 'Answers of which a stage took longer than its budget.');
  metrics.declare('prediction_overrun_total', 'counter', 'Predictions that took longer than their total budget.');
  metrics.declare('prediction_log_queue', 'gauge', 'Predictions that wait to be taken by monitoring.');
  metrics.declare('record_log_queue', 'gauge', 'Records of all kinds that wait: predictions, exposures, outcomes.');
  metrics.declare('prediction_log_dropped_total', 'counter', 'Predictions answered without a record, by reason.');
  metrics.declare('prediction_answered_total', 'counter', 'Predictions answered since the epoch began.');
  metrics.declare('prediction_sampled_out_total', 'counter', 'Predictions left out of the log by sampling.');
  metrics.declare('prediction_acked_total', 'counter', 'Predictions that monitoring has taken.');
  metrics.declare('shadow_chosen_total', 'counter', 'Answers that a shadow was chosen for.');
  metrics.declare('shadow_recorded_total', 'counter', 'Pairs of an answer and what the shadow says that were kept.');
  metrics.declare('shadow_failed_total', 'counter', 'Of these, pairs without a score of the shadow, by cause.');
  metrics.declare('shadow_dropped_total', 'counter', 'Answers that were not scored by the shadow, by reason.');
  metrics.declare('shadow_ready', 'gauge', '1 while the release that shadows a deployment can score, 0 until then.');
  metrics.declare('shadow_queue', 'gauge', 'Answers that wait to be scored by a shadow.');
  metrics.declare('profile_answers_total', 'counter', 'Answers that were counted into profiles.');
  metrics.declare('profile_bytes', 'gauge', 'Memory that profiles take until they are sent, about.');
  metrics.declare('profile_series', 'gauge', 'Profiles that are being counted: by release, arm, segment and hour.');
  metrics.declare(
    'profile_folded_total',
    'counter',
    'Answers whose segment was counted under `other`, since profiles take all the memory that they may.',
  );
  metrics.declare('profile_dropped_total', 'counter', 'Answers in profiles that found no room in the log.');
  metrics.declare('detector_tripped_total', 'counter', 'How often a detector of a recipe has tripped.');
  metrics.declare('detector_tripped', 'gauge', '1 while a detector of a recipe is tripped, 0 while it is not.');
  metrics.declare('record_log_rejected_total', 'counter', 'Records that monitoring will never take, by kind and code.');
  metrics.declare('node_clock_skew_seconds', 'gauge', "How far the node's clock is ahead of the control plane's.");
  metrics.declare(
    'manifest_events_connected',
    'gauge',
    '1 while new manifests are heard of at once, 0 while only by asking.',
  );
  metrics.declare(
    'key_file_readable',
    'gauge',
    '1 while the keys of this file count; 0 while it cannot be read and the keys before it stay.',
  );
  metrics.declare(
    'model_info',
    'gauge',
    'What is served: 1 for each model of each release, with the engine that runs it.',
  );
  metrics.declare(
    'engine_comparison_total',
    'counter',
    'Runs of the tabular engine that ONNX Runtime ran as well, by model and how both answered.',
  );
  metrics.declare('manifest_age_seconds', 'gauge', 'Time since the registry was last heard.');
  metrics.declare('manifest_revision', 'gauge', 'Revision of the newest manifest that was accepted.');
  metrics.declare('manifest_stale', 'gauge', '1 if what is held has expired.');
  metrics.declare(
    'manifest_refused_total',
    'counter',
    'Manifests, entries of manifests and shadows that were refused.',
  );
  metrics.collect(() => {
    const { answered, queued, acked, sampledOut, dropped } = log.account();
    metrics.set('prediction_log_queue', queued);
    metrics.set('record_log_queue', log.size);
    const { answers, folded, dropped: unkept, bytes, series } = profiles.counts();
    metrics.set('profile_answers_total', answers);
    metrics.set('profile_folded_total', folded);
    metrics.set('profile_dropped_total', unkept);
    metrics.set('profile_bytes', bytes);
    metrics.set('profile_series', series);
    metrics.set('prediction_answered_total', answered);
    metrics.set('prediction_sampled_out_total', sampledOut);
    metrics.set('prediction_acked_total', acked);
    for (const [reason, count] of Object.entries(dropped)) {
      metrics.set('prediction_log_dropped_total', count, { reason });
    }
    setShadows(metrics, shadows);
    for (const [model, counts] of comparison?.counts() ?? []) {
      for (const [outcome, count] of Object.entries(counts))
        metrics.set('engine_comparison_total', count, { model, outcome });
    }
    if (clock.skewMs !== null) metrics.set('node_clock_skew_seconds', clock.skewMs / 1_000);
    const { revision, ageMs, stale } = table.freshness();
    if (revision !== null) {
      metrics.set('manifest_age_seconds', ageMs / 1_000);
      metrics.set('manifest_revision', revision);
      metrics.set('manifest_stale', Number(stale));
    }
    metrics.clear('model_info');
    metrics.clear('detector_tripped');
    metrics.clear('shadow_ready');
    for (const { entry, plans, shadow } of table.deployments()) {
      if (shadow) {
        const { holder, release } = shadow.layer;
        metrics.set('shadow_ready', Number(shadow.plan !== null), { holder, release });
      }
      for (const { digest, models } of plans.values()) {
        for (const { name, state } of detectors.report(entry.deployment, digest)) {
          const labels = { deployment: `${entry.endpoint}@${entry.environment}`, release: digest, detector: name };
          metrics.set('detector_tripped', Number(state === 'TRIPPED'), labels);
        }
        for (const { number, file, engine } of models) {
          const deployment = `${entry.endpoint}@${entry.environment}`;
          metrics.set('model_info', 1, {
            deployment,
            release: digest,
            version: number,
            digest: file.digest,
            engine: engine.name,
          });
        }
      }
    }
  });
  return metrics;
}

/** What a node that serves should be looked at for. */
export function degradedBy(comparison: Comparison | null): Readonly<Record<string, string>> {
  const { same, bounded, different } = comparison?.totals() ?? { same: 0, bounded: 0, different: 0 };
  if (different === 0) return {};
  return { engines: `${different} of ${same + bounded + different} compared runs differ` };
}

function setShadows(metrics: Metrics, shadows: Shadows): void {
  for (const { holder, chosen, recorded, queued, dropped, failed } of shadows.counts()) {
    metrics.set('shadow_chosen_total', chosen, { holder });
    metrics.set('shadow_recorded_total', recorded, { holder });
    metrics.set('shadow_queue', queued, { holder });
    for (const [cause, count] of Object.entries(failed)) metrics.set('shadow_failed_total', count, { holder, cause });
    for (const [reason, count] of Object.entries(dropped))
      metrics.set('shadow_dropped_total', count, { holder, reason });
  }
}
