import { describe, expect, it } from 'vitest';
import { causeOf, type Cause } from '../../../../subgraphs/monitoring/domain/incident/cause.ts';
import {
  alertEnded,
  incidentFor,
  joined,
  opened,
  shortened,
  type Evidence,
  type Incident,
} from '../../../../subgraphs/monitoring/domain/incident/incident.ts';
import { originOf, standsOn, type Scope } from '../../../../subgraphs/monitoring/domain/incident/scope.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 10, 12, minute));
const ETA = 'tiffin:default:deployment:eta@production';
const nothing: Scope = {
  feature: null,
  featureView: null,
  modelVersion: null,
  node: null,
  deployment: null,
  rule: 'r',
};
const about = (more: Partial<Scope>): Scope => ({ ...nothing, ...more });

function evidence(alert: string, cause: Cause, scope: Scope, minute = 0): Evidence {
  return {
    alert,
    cause,
    severity: 'WARNING',
    text: alert,
    value: 1,
    firedAt: at(minute).toISOString(),
    endedAt: null,
    silenced: false,
    labels: {},
    suppresses: [],
    declares: [],
    context: [],
    scope,
    standsOn: standsOn(scope, () => []),
  };
}

describe('the cause of an alert', () => {
  it.each([
    ['max(feature_missing_rate) > 0.1', {}, 'PIPELINE_FAULT'],
    ['feature_drift_score{window="1h"} > 0.1', {}, 'COVARIATE_SHIFT'],
    ['score_psi > 0.1', {}, 'PRIOR_SHIFT'],
    ['model_concept_drift > 0', {}, 'CONCEPT_DRIFT'],
    ['model_auc offset 2d < 0.7', {}, 'PERFORMANCE_LOSS'],
    ['avg(fraud_detection_latency_ms) > 75', {}, 'INFRASTRUCTURE'],
    ['edge_queue_depth > 10', {}, 'INFRASTRUCTURE'],
    ['prediction_fallback_rate > 0.1', { cause: 'FEATURES_STALE' }, 'PIPELINE_FAULT'],
    ['prediction_fallback_rate > 0.1', { cause: 'ENGINE_ERROR' }, 'INFRASTRUCTURE'],
    ['gps_quality < 0.95', {}, 'OTHER'],
    ['gps_quality < 0.95', { cause: 'pipeline_fault' }, 'PIPELINE_FAULT'],
    // Of several the one that the others follow from.
    ['model_auc < 0.7 and on (endpoint) feature_freshness < 0.99', {}, 'PIPELINE_FAULT'],
  ])('%s %j is %s', (expression, labels, cause) => {
    expect(causeOf({ signal: null, expression }, { labels: labels as Record<string, string> })).toBe(cause);
  });

  it('of a signal is that of what it measures', () => {
    expect(causeOf({ signal: 'FEATURE_PSI', expression: null }, { labels: {} })).toBe('COVARIATE_SHIFT');
  });
});

describe('where trouble began', () => {
  const view = 'tiffin:default:feature-view:route@2';
  it.each([
    ['COVARIATE_SHIFT', [about({ feature: 'route__delay', deployment: ETA })], 'FEATURE', 'route__delay', null],
    [
      'COVARIATE_SHIFT',
      [about({ feature: 'route__delay', featureView: view })],
      'FEATURE',
      'route__delay',
      'tiffin:default:feature:route@2/delay',
    ],
    [
      'PIPELINE_FAULT',
      [about({ feature: 'route__delay' }), about({ feature: 'route__wind', featureView: view })],
      'FEATURE_VIEW',
      'route',
      view,
    ],
    ['COVARIATE_SHIFT', [about({ feature: 'distance', deployment: ETA })], 'INPUT', 'distance', null],
    [
      'PERFORMANCE_LOSS',
      [about({ modelVersion: 'eta@3', deployment: ETA })],
      'MODEL_VERSION',
      'eta@3',
      'tiffin:default:model-version:eta@3',
    ],
    ['PERFORMANCE_LOSS', [about({ deployment: ETA })], 'DEPLOYMENT', 'eta@production', ETA],
    ['INFRASTRUCTURE', [about({ node: 'edge-1' })], 'EDGE_NODE', 'edge-1', 'tiffin:default:edge-node:edge-1'],
    [
      'INFRASTRUCTURE',
      [about({ node: 'edge-1', deployment: ETA }), about({ node: 'edge-2' })],
      'DEPLOYMENT',
      'eta@production',
      ETA,
    ],
    ['OTHER', [nothing], 'RULE', 'r', null],
  ] as const)('%s of %j is at %s %s', (cause, scopes, kind, name, id) => {
    expect(originOf('default', cause, scopes)).toEqual({ kind, name, id });
  });
});

describe('an alert joins', () => {
  const started = opened('default', 'i1', evidence('a1', 'PERFORMANCE_LOSS', about({ deployment: ETA })), at(0));
  const joins = (incident: Incident, one: Evidence, minute: number) =>
    incidentFor([incident], one, at(minute))?.id ?? null;

  it.each([
    ['the same deployment', evidence('a2', 'COVARIATE_SHIFT', about({ deployment: ETA })), 5, 'i1'],
    ['another deployment', evidence('a2', 'COVARIATE_SHIFT', about({ deployment: `${ETA}2` })), 5, null],
    ['machines are another matter', evidence('a2', 'INFRASTRUCTURE', about({ deployment: ETA })), 5, null],
    ['what is of no known kind', evidence('a2', 'OTHER', about({ deployment: ETA })), 5, 'i1'],
    ['a day later', evidence('a2', 'COVARIATE_SHIFT', about({ deployment: ETA })), 24 * 60 + 1, null],
  ])('%s', (_, one, minute, id) => {
    expect(joins(started, one, minute)).toBe(id);
  });

  it('again within half an hour of its end, and not later', () => {
    const over = alertEnded(started, 'a1', 0, at(10));
    expect(over).toMatchObject({ status: 'RESOLVED', resolvedAt: at(10) });
    const again = evidence('a2', 'PERFORMANCE_LOSS', about({ deployment: ETA }));
    expect(joins(over, again, 40)).toBe('i1');
    expect(joins(over, again, 41)).toBeNull();
    const back = joined(over, again, at(40));
    expect(back).toMatchObject({ status: 'OPEN', resolvedAt: null });
    expect(back.timeline.map(({ kind }) => kind)).toEqual([
      'OPENED',
      'ALERT_FIRED',
      'ALERT_ENDED',
      'RESOLVED',
      'REOPENED',
      'ALERT_FIRED',
    ]);
  });

  it('and what the rest follows from becomes the cause', () => {
    const both = joined(
      started,
      evidence('a2', 'PIPELINE_FAULT', about({ feature: 'route__delay', deployment: ETA })),
      at(3),
    );
    expect(both).toMatchObject({ cause: 'PIPELINE_FAULT', origin: { kind: 'FEATURE', name: 'route__delay' } });
    expect(both.timeline.at(-1)).toMatchObject({
      kind: 'CAUSE_CHANGED',
      text: 'PERFORMANCE_LOSS is now PIPELINE_FAULT',
    });
    // One more from a deployment that reads the same view.
    const other = evidence('a3', 'COVARIATE_SHIFT', about({ feature: 'route__wind', deployment: `${ETA}2` }));
    expect(joins(both, other, 4)).toBe('i1');
  });

  it('for ever, and the middle is forgotten', () => {
    let incident = started;
    for (let i = 0; i < 600; i++) {
      incident = joined(incident, evidence(`b${i}`, 'PERFORMANCE_LOSS', about({ deployment: ETA })), at(1));
      incident = shortened(alertEnded(incident, `b${i}`, 0, at(2)));
    }
    expect(incident.evidence.length).toBeLessThanOrEqual(201);
    expect(incident.timeline.length).toBeLessThanOrEqual(500);
    expect(incident.evidence[0]?.alert).toBe('a1');
    expect(incident.timeline[0]?.kind).toBe('OPENED');
  });
});
