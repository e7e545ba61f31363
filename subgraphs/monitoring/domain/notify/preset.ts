/** Rule files that come with the product. SOURCE: alerts of a payment and a delivery system. */
export const PRESET_NAMES = ['SOURCE'] as const;
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
  # What several of these have in common: the routes of the preset keep their parts quiet meanwhile.
  - name: composites
    rules:
      - alert: ModelServiceDegraded
        expr: >-
          max(prediction_latency_ms{quantile="0.95"}) > 200
          and min(eta_accuracy_within_2min) < 0.9
          and max(prediction_error_rate) > 0.05
        for: 2m
        labels: { severity: critical, kind: composite }
        annotations: { summary: 'latency, accuracy and errors at once', runbook_url: 'https://runbooks.example.org/model-service-degraded' }
      - alert: AccuracyInBadWeather
        expr: min by (city) (eta_accuracy_within_2min) < 0.9 and on (city) weather_event > 0
        for: 5m
        labels: { severity: warning, kind: weather, action: widen-eta-buffer }
        annotations: { summary: 'ETA accuracy in {{ $labels.city }} suffers from the weather' }
      - alert: PipelineSuspected
        expr: min(feature_freshness) < 0.99 and min(eta_accuracy_within_2min) < 0.9
        for: 5m
        labels: { severity: critical, kind: pipeline, action: backup-features }
        annotations: { summary: 'stale features and low accuracy: look at the pipeline first' }
`;

export const ALERT_PRESETS: Readonly<Record<AlertPreset, string>> = { SOURCE };
