import { describe, expect, it } from 'vitest';
import {
  AssetEvent,
  isSilenced,
  type AlertSnapshot,
  type IncidentSnapshot,
  type ResponseRunSnapshot,
} from '../../../../schema/event.ts';
import { messageOf } from '../../../../subgraphs/registry/domain/webhook/message.ts';

const alert: AlertSnapshot = {
  rule: 'tiffin:default:alert-rule:late-drift',
  ruleName: 'late-drift',
  deployment: 'tiffin:default:deployment:eta@production',
  status: 'FIRING',
  severity: 'CRITICAL',
  fingerprint: '881ab1324fc1247f',
  labels: { alertname: 'late-drift', severity: 'critical' },
  annotations: {},
  signal: 'FEATURE_PSI',
  expression: null,
  feature: 'weather__wind',
  comparison: '>',
  threshold: 0.25,
  value: 0.312345678,
  windowFrom: '2026-03-01T09:00:00.000Z',
  windowTo: '2026-03-01T10:00:00.000Z',
  activeAt: '2026-03-01T09:55:00.000Z',
  firedAt: '2026-03-01T10:00:00.000Z',
  endedAt: null,
  silenced: false,
};

const event = (kind: string, data: object, more: object = {}): AssetEvent =>
  AssetEvent.parse({
    urn: `tiffin:default:${kind}:one`,
    kind,
    project: 'default',
    revision: 2,
    at: '2026-03-01T10:00:00.000Z',
    asset: { name: 'one', description: '' },
    data,
    ...more,
  });
const textOf = (...args: Parameters<typeof event>): string => messageOf(event(...args), undefined).text;

describe('the text of a message', () => {
  it('says what an alert is about, and where to look', () => {
    const described = { asset: { name: 'late-drift', description: 'Call <ops> & wait' } };
    const message = messageOf(event('alert', alert, described), 'https://tiffin.example.org/a?id={id}&x=1');
    const link = 'https://tiffin.example.org/a?id=tiffin%3Adefault%3Aalert%3Aone&x=1';
    expect(message).toMatchObject({ type: 'alert.changed', link, data: { data: alert } });
    expect(message.text).toBe(
      `FIRING CRITICAL: late-drift on eta@production: FEATURE_PSI of weather__wind is 0.3123 (the condition is above 0.25) from 2026-03-01T09:00:00.000Z to 2026-03-01T10:00:00.000Z\nCall &lt;ops&gt; &amp; wait\n${link}`,
    );
  });

  it('says how a run of a policy stands, and what it went through last', () => {
    const run: ResponseRunSnapshot = {
      policy: 'tiffin:default:response-policy:one',
      policyRevision: 1,
      incident: 'tiffin:default:incident:7b1c',
      deployment: 'tiffin:default:deployment:eta@production',
      level: 'APPROVE',
      action: 'RETRAIN',
      state: 'ASKING',
      stage: null,
      author: 'user:dora',
      startedAt: '2026-03-01T10:00:00.000Z',
      endedAt: null,
      expiresAt: null,
      modelVersion: null,
      release: null,
      shadow: null,
      rollout: null,
      lastStep: 'APPROVE: retrain eta',
    };
    expect(textOf('response-run', run)).toBe('ASKING: response one on eta@production: APPROVE: retrain eta');
  });

  it('says how an incident stands, and what happened last', () => {
    const incident: IncidentSnapshot = {
      status: 'OPEN',
      cause: 'PIPELINE_FAULT',
      severity: 'CRITICAL',
      origin: { kind: 'FEATURE_VIEW', name: 'route', id: null },
      deployments: [],
      alerts: 3,
      openAlerts: 2,
      startedAt: '2026-03-01T10:00:00.000Z',
      acknowledgedAt: null,
      acknowledgedBy: null,
      resolvedAt: null,
      falseAlarm: null,
      lastEntry: 'the loader hangs',
      silenced: false,
    };
    const named = { asset: { name: 'pipeline fault at route' } };
    expect(textOf('incident', incident, named)).toBe(
      'OPEN CRITICAL: pipeline fault at route: 2 of 3 alerts fire; the loader hangs',
    );
    expect(isSilenced(event('incident', { ...incident, silenced: true }))).toBe(true);
    expect(isSilenced(event('incident', incident))).toBe(false);
  });

  it.each([
    ['>', 'above'],
    ['>=', 'at or above'],
    ['<', 'below'],
    ['<=', 'at or below'],
    ['==', 'equal to'],
    ['!=', 'other than'],
  ] as const)('says %s in words: signs begin links in Slack', (comparison, words) =>
    expect(textOf('alert', { ...alert, comparison })).toContain(`the condition is ${words} 0.25`),
  );

  it('says the expression of a rule that has one', () => {
    const none = { signal: null, feature: null, comparison: null, threshold: null, windowFrom: null, windowTo: null };
    const text = textOf('alert', {
      ...alert,
      ...none,
      deployment: null,
      expression: 'avg(latency_ms) > 75',
      value: 80,
    });
    expect(text).toBe('FIRING CRITICAL: late-drift: avg(latency_ms) &gt; 75 is 80');
  });

  it('says that there was too little data', () =>
    expect(textOf('alert', { ...alert, feature: null, signal: 'AUC', value: null })).toContain(
      'AUC has too little data (',
    ));

  it.each([
    ['model-version', { state: 'APPROVED' }, {}, 'model version one changed: APPROVED'],
    ['experiment', { status: 'RUNNING' }, {}, 'experiment one changed: RUNNING'],
    ['feature-view', {}, { revision: 1 }, 'feature view one is new'],
    ['alert-rule', { status: 4 }, { deleted: true }, 'alert rule one was deleted'],
    ['alert', { status: 'FIRING' }, {}, 'alert one changed: FIRING'],
  ])('of a %s says what became of it', (kind, data, more, text) => expect(textOf(kind, data, more)).toBe(text));

  it('has no link where no address is configured', () =>
    expect(messageOf(event('model', {}), undefined)).toMatchObject({ link: null, text: 'model one changed' }));
});
