/** Rule files that come with the product. SOURCE: alerts of a payment and a delivery system. INDICATORS: on what is measured by itself. */
export const PRESET_NAMES = ['SOURCE', 'INDICATORS'] as const;
export type AlertPreset = (typeof PRESET_NAMES)[number];

const SOURCE = `groups:
  - name: payments
    rules:
      - alert: FraudLatencyHigh
        expr: avg(fraud_detection_latency_ms) > 75
        for: 5m
        labels: { severity: warning, action: page-on-call }
        annotations: { summary: 'detection answers in {{ $value | humanize }} ms on average' }
      - alert: FraudLatencyCritical
        expr: avg(fraud_detection_latency_ms) > 100
        for: 2m
        labels: { severity: critical, action: page-manager }
        annotations: { summary: 'detection answers in {{ $value | humanize }} ms on average' }
      - alert: FraudDetectionRateLow
        expr: avg(fraud_detection_rate) < 0.95
        for: 10m
        labels: { severity: critical }
        annotations: { summary: '{{ $value | humanizePercentage }} of cases are found' }
      - alert: FalsePositiveRateHigh
        expr: avg(false_positive_rate) > 0.15
        for: 5m
        labels: { severity: warning }
        annotations: { summary: '{{ $value | humanizePercentage }} of good payments are declined' }
      - alert: DeclinedValueHigh
        expr: sum(declined_transaction_value) > 10000000
        for: 1h
        labels: { severity: critical, pillar: business }
        annotations: { summary: 'payments of {{ $value | humanize }} were declined' }
      - alert: FeatureDrift
        expr: feature_drift_score > 0.1
        labels: { severity: warning, action: retrain }
        annotations: { summary: '{{ $labels.feature }} has drifted by {{ $value | humanize }}' }
  - name: delivery
    rules:
      # Against its own rolling week, for each city, hour and weather that the series tell apart.
      - alert: EtaAccuracyLow
        expr: eta_accuracy_within_2min < 0.9 * avg_over_time(eta_accuracy_within_2min[7d])
        for: 10m
        labels: { severity: warning, kind: accuracy }
        annotations: { summary: 'ETA accuracy in {{ $labels.city }} is {{ $value | humanizePercentage }}' }
      - alert: EtaAccuracyCritical
        expr: eta_accuracy_within_2min < 0.85 * avg_over_time(eta_accuracy_within_2min[7d])
        for: 10m
        labels: { severity: critical, kind: accuracy }
        annotations: { summary: 'ETA accuracy in {{ $labels.city }} is {{ $value | humanizePercentage }}' }
      # A route with the label ladder climbs: Slack after 2 minutes, a page after 5, the manager after 10.
      - alert: PredictionLatencyHigh
        expr: prediction_latency_ms{quantile="0.95"} > 200
        labels: { severity: warning, kind: latency, ladder: latency }
        annotations: { summary: 'p95 is {{ $value | humanize }} ms' }
      - alert: CancellationsHigh
        expr: >-
          cancellation_rate{season="monsoon"} > 1.2 * quantile_over_time(0.75, cancellation_rate{season="monsoon"}[30d])
          or cancellation_rate{season="festival"} > quantile_over_time(0.8, cancellation_rate{season="festival"}[30d])
          or cancellation_rate{season="normal"} > quantile_over_time(0.7, cancellation_rate{season="normal"}[30d])
        for: 15m
        labels: { severity: warning, pillar: business }
        annotations: { summary: '{{ $value | humanizePercentage }} of orders are cancelled ({{ $labels.season }})' }
      - alert: GpsQualityLow
        expr: gps_quality < 0.95
        for: 5m
        labels: { severity: warning, pillar: data, action: remediate }
        annotations: { summary: 'GPS quality in {{ $labels.city }} is {{ $value | humanizePercentage }}' }
      - alert: ErrorRateHigh
        expr: prediction_error_rate > 0.05
        for: 5m
        labels: { severity: warning, kind: errors }
        annotations: { summary: '{{ $value | humanizePercentage }} of predictions fail' }
      - alert: FeaturesStale
        expr: feature_freshness < 0.99
        for: 10m
        labels: { severity: warning, pillar: data, kind: freshness }
        annotations: { summary: '{{ $value | humanizePercentage }} of features are fresh' }
  # What several of these have in common: they keep their parts quiet meanwhile. Accuracy is low against its own week here too.
  - name: composites
    rules:
      - alert: ModelServiceDegraded
        expr: >-
          max(prediction_latency_ms{quantile="0.95"}) > 200
          and min(eta_accuracy_within_2min / avg_over_time(eta_accuracy_within_2min[7d])) < 0.9
          and max(prediction_error_rate) > 0.05
        for: 2m
        labels: { severity: critical, kind: composite }
        suppresses: [PredictionLatencyHigh, EtaAccuracyLow, EtaAccuracyCritical, ErrorRateHigh]
        annotations: { summary: 'latency, accuracy and errors at once', runbook_url: 'https://runbooks.example.org/model-service-degraded' }
      - alert: AccuracyInBadWeather
        expr: >-
          min by (city) (eta_accuracy_within_2min / avg_over_time(eta_accuracy_within_2min[7d])) < 0.9
          and on (city) weather_event > 0
        for: 5m
        labels: { severity: warning, kind: weather, action: widen-eta-buffer }
        suppresses: [EtaAccuracyLow]
        context: { weather: weather_event }
        annotations: { summary: 'in bad weather ETA accuracy in {{ $labels.city }} is {{ $value | humanizePercentage }} of that of its week' }
      - alert: PipelineSuspected
        expr: >-
          min(feature_freshness) < 0.99
          and min(eta_accuracy_within_2min / avg_over_time(eta_accuracy_within_2min[7d])) < 0.9
        for: 5m
        labels: { severity: critical, kind: pipeline, cause: pipeline_fault, action: backup-features }
        suppresses: [FeaturesStale, EtaAccuracyLow]
        annotations: { summary: 'stale features and low accuracy: look at the pipeline first' }
`;

const INDICATORS = `groups:
  - name: data
    rules:
      - alert: FeatureMissing
        expr: feature_missing_rate{window="1h"} > 0.05 + avg_over_time(feature_missing_rate{window="1h"}[7d])
        labels: { severity: warning }
        annotations: { summary: '{{ $labels.feature }} is missing in {{ $value | humanizePercentage }} of answers' }
      - alert: FeatureOld
        expr: feature_freshness{window="1h"} < 0.95
        labels: { severity: warning }
        annotations: { summary: '{{ $labels.feature }} is fresh in {{ $value | humanizePercentage }} of answers' }
      - alert: FeatureDrifted
        expr: feature_drift_severity{window="1h"} >= 2
        labels: { severity: warning }
        annotations: { summary: '{{ $labels.feature }} has drifted' }
  - name: model
    rules:
      - alert: ScoreDrifted
        expr: score_drift_severity{window="1h"} >= 2
        labels: { severity: warning }
        annotations: { summary: 'the score of {{ $labels.endpoint }} has drifted' }
      # One detector alone errs more often than two together.
      - alert: ConceptDrifted
        expr: sum by (endpoint, environment) (model_concept_drift{window="1d"}) >= 2
        labels: { severity: warning }
        annotations: { summary: 'errors of {{ $labels.endpoint }} have grown' }
      # Of days that outcomes had time to fill, against the two weeks before them.
      - alert: ScoresWorse
        expr: >-
          model_brier_score{window="1d"} offset 2d
          > 1.1 * avg_over_time(model_brier_score{window="1d"}[14d] offset 3d)
        labels: { severity: warning }
        annotations: { summary: 'the Brier score of {{ $labels.endpoint }} is {{ $value | humanize }}' }
      # Before outcomes come: even the best that is likely is worse than what was measured.
      - alert: ScoresLikelyWorse
        expr: >-
          model_estimated_brier_score_lower{window="1d"}
          > 1.1 * avg_over_time(model_brier_score{window="1d"}[14d] offset 1d)
        labels: { severity: warning }
        annotations: { summary: 'the Brier score of {{ $labels.endpoint }} is likely to be {{ $value | humanize }} or more' }
  - name: business
    rules:
      - alert: DecisionsDearer
        expr: >-
          decision_cost_mean_lower{window="1d"} offset 2d
          > avg_over_time(decision_cost_mean{window="1d"}[14d] offset 3d)
        labels: { severity: warning }
        annotations: { summary: 'a decision of {{ $labels.endpoint }} comes to at least {{ $value | humanize }} {{ $labels.currency }}' }
      - alert: AnswersDearer
        expr: >-
          cost_per_thousand_answers{window="1d"}
          > 1.5 * avg_over_time(cost_per_thousand_answers{window="1d"}[14d] offset 1d)
        labels: { severity: warning }
        annotations: { summary: 'a thousand answers of {{ $labels.endpoint }} cost {{ $value | humanize }} {{ $labels.currency }}' }
  - name: infrastructure
    rules:
      - alert: AnswersFail
        expr: prediction_error_rate > 0.05
        for: 10m
        labels: { severity: critical }
        annotations: { summary: 'models of {{ $labels.endpoint }} fail in {{ $value | humanizePercentage }} of answers' }
      - alert: FallbacksOften
        expr: prediction_fallback_rate > 0.05
        for: 10m
        labels: { severity: warning }
        annotations: { summary: 'fallbacks give {{ $value | humanizePercentage }} of the answers of {{ $labels.endpoint }}' }
      - alert: AnswersStopped
        expr: >-
          sum by (endpoint, environment) (prediction_count offset 30m)
          unless on (endpoint, environment) prediction_count
        for: 10m
        labels: { severity: critical }
        annotations: { summary: '{{ $labels.endpoint }} answers no more' }
      - alert: NodeSilent
        expr: edge_heartbeat_age_seconds > 300
        labels: { severity: warning }
        annotations: { summary: '{{ $labels.node }} has been silent for {{ $value | humanizeDuration }}' }
      - alert: QueueGrows
        expr: edge_queue_depth > 10000
        for: 10m
        labels: { severity: warning }
        annotations: { summary: '{{ $labels.node }} has {{ $value | humanize }} records to send' }
`;

export const ALERT_PRESETS: Readonly<Record<AlertPreset, string>> = { SOURCE, INDICATORS };
