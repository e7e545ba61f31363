import { describe, expect, it } from 'vitest';
import {
  changedAlertRule,
  checkedAlertRule,
  type AlertRuleInput,
} from '../../../../subgraphs/monitoring/domain/alert/alert-rule-input.ts';
import { windowAt, type SignalRule } from '../../../../subgraphs/monitoring/domain/alert/alert-rule.ts';
import { expressionRule, rule, ruleInput } from '../rule.ts';

const NOW = new Date('2026-03-10T12:00:00.000Z');

const DAY_S = 86_400;

describe('an alert rule', () => {
  it.each([
    ['feature', { signal: 'FEATURE_PSI', baseline: { from: NOW, to: new Date(NOW.getTime() + 1) } }],
    ['feature', { feature: 'a__b' }],
    ['featureView', { featureView: 'tiffin:default:feature-view:x@1' }],
    ['featureView', { signal: 'FEATURE_MISSING_RATE', feature: 'a__b', featureView: 'tiffin:default:feature-view:x' }],
    ['deployment', { deployment: 'tiffin:default:model:x' }],
    ['deployment', { deployment: 'eta' }],
    ['baseline', { signal: 'SCORE_PSI' }],
    ['baseline', { baseline: { from: NOW, to: NOW } }],
    ['baseline', { signal: 'SCORE_PSI', baseline: { from: NOW, to: NOW } }],
    ['windowSeconds', { windowSeconds: 0 }],
    ['forSeconds', { forSeconds: -1 }],
    ['evaluationIntervalSeconds', { evaluationIntervalSeconds: 0 }],
    ['threshold', { threshold: Number.NaN }],
    ['minRows', { minRows: 0 }],
    ['minRows', { signal: 'ANSWER_RATE', minRows: 10 }],
    ['signal', { signal: null }],
    ['signal', { expression: 'up == 0' }],
    ['comparison', { comparison: null }],
    ['threshold', { signal: null, expression: 'up == 0', comparison: null }],
    ['labels', { labels: [{ name: 'alertname', value: 'x' }] }],
    ['labels', { labels: [{ name: '1st', value: 'x' }] }],
    ['annotations', { annotations: [{ name: 'a', value: '{{ range }}' }] }],
    [
      'annotations',
      {
        annotations: [
          { name: 'a', value: '' },
          { name: 'a', value: '' },
        ],
      },
    ],
  ])('with a wrong %s is refused: %j', (field, changes) => {
    expect(() => checkedAlertRule('default', { ...ruleInput, ...(changes as Partial<AlertRuleInput>) })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) }),
    );
  });

  it('is of whole ids, and waits for 100 rows unless it says otherwise or counts them itself', () => {
    const { minRows: _, ...input } = ruleInput;
    expect(checkedAlertRule('default', { ...input, deployment: 'eta@production' })).toMatchObject({
      deployment: rule.deployment,
      minRows: 100,
    });
    expect(checkedAlertRule('default', { ...input, signal: 'ANSWER_RATE' }).minRows).toBeNull();
    expect(checkedAlertRule('default', { ...input, minRows: 5 }).minRows).toBe(5);
  });

  it.each<[string, [least: number, most: number]]>([
    ['windowSeconds', [1, 90 * DAY_S]],
    ['delaySeconds', [0, 365 * DAY_S]],
    ['forSeconds', [0, 90 * DAY_S]],
    ['keepFiringForSeconds', [0, 90 * DAY_S]],
    ['evaluationIntervalSeconds', [1, 30 * DAY_S]],
    ['minRows', [1, 1_000_000]],
  ])('has whole %s in a range', (field, [least, most]) => {
    const checked = (value: number) => checkedAlertRule('default', { ...ruleInput, [field]: value });
    for (const value of [least, most]) expect(checked(value)).toMatchObject({ [field]: value });
    for (const value of [least - 1, most + 1, least + 0.5]) expect(() => checked(value)).toThrow(`${field}: ${value}`);
  });

  it('that is changed keeps what is left out or null, and moves on by a revision', () => {
    const baseline = { from: NOW, to: new Date(NOW.getTime() + 1) };
    const drift: SignalRule = { ...rule, signal: 'SCORE_PSI', baseline };
    expect(changedAlertRule(drift, {})).toEqual({ ...drift, revision: 2 });
    expect(changedAlertRule(drift, { threshold: null, minRows: null })).toEqual({ ...drift, revision: 2 });
    expect(changedAlertRule(drift, { threshold: 0.5, minRows: 7, severity: 'CRITICAL' })).toEqual({
      ...drift,
      threshold: 0.5,
      minRows: 7,
      severity: 'CRITICAL',
      revision: 2,
    });
    expect(() => changedAlertRule(drift, { baseline: null })).toThrow(/needs a baseline window/);
    expect(() => changedAlertRule(rule, { baseline })).toThrow(/takes no baseline window/);
  });

  const bare = { ...expressionRule, labels: null, annotations: null, context: null };

  it('with an expression takes its time from there, and says where it is wrong', () => {
    const made = checkedAlertRule('default', { ...bare, forSeconds: null, expression: 'avg(latency_ms) > 75 for 5m' });
    expect(made).toMatchObject({ expression: 'avg(latency_ms) > 75', forSeconds: 300, signal: null, minRows: null });
    const refused = (changes: Partial<AlertRuleInput>, field: string, message: RegExp) =>
      expect(() => checkedAlertRule('default', { ...bare, ...changes })).toThrow(
        expect.objectContaining({
          message: expect.stringMatching(message),
          details: expect.objectContaining({ field }),
        }),
      );
    refused({ expression: 'sum(up) > rate(down)' }, 'expression', /got instant vector \(character 16\)$/);
    refused({ expression: 'up == 0 for 5m', forSeconds: 60 }, 'forSeconds', /60 is not what the expression says/);
    refused({ threshold: 3 }, 'threshold', /takes no threshold/);
  });

  it('that is changed stays a rule of its kind', () => {
    expect(changedAlertRule(expressionRule, { expression: 'm > 80 for 1m' })).toMatchObject({
      expression: 'm > 80',
      forSeconds: 60,
      revision: 2,
    });
    expect(() => changedAlertRule(expressionRule, { threshold: 3 })).toThrow(/takes no threshold/);
    expect(() => changedAlertRule(rule, { expression: 'm' })).toThrow(/make another rule/);
    const labels = [{ name: 'team', value: 'risk' }];
    expect(changedAlertRule(rule, { labels, annotations: labels })).toMatchObject({
      labels: { team: 'risk' },
      annotations: { team: 'risk' },
    });
  });

  it('looks at the window that ended its delay ago', () => {
    const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);
    expect(windowAt({ ...rule, windowSeconds: 300, delaySeconds: 60 }, NOW)).toEqual({ from: ago(360), to: ago(60) });
  });
});
