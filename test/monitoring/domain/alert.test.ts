import { describe, expect, it } from 'vitest';
import { INACTIVE, type AlertState } from '../../../core/statistics/alert-state.ts';
import {
  announced,
  checkEvaluationTime,
  endedAlert,
  evaluate,
  isDue,
  nextAlert,
  type Alert,
  type AlertStatus,
} from '../../../subgraphs/monitoring/domain/alert.ts';
import type { AlertRule } from '../../../subgraphs/monitoring/domain/alert-rule.ts';
import { statVectors } from '../../support/vectors.ts';
import { rule } from './rule.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 10, 12, minute));

describe('an alert', () => {
  it('goes through the states that Prometheus gives it, on all public vectors', () => {
    for (const { input, expected, id } of statVectors('alert-rules').cases) {
      const [, comparison, threshold] = /^m (\S+) (-?[\d.]+)$/.exec(input.expr)!;
      const own: AlertRule = {
        ...rule,
        comparison: comparison as AlertRule['comparison'],
        threshold: Number(threshold),
        forSeconds: input.forSeconds,
        keepFiringForSeconds: input.keepFiringForSeconds,
      };
      let state = INACTIVE;
      let open: Alert | null = null;
      for (const { t, state: wanted } of expected.states) {
        const when = new Date(t * 1_000);
        const value = input.values[t / input.evaluationIntervalSeconds] ?? null;
        state = evaluate(own, state, { value, n: 1 }, when);
        const alert: Alert | null = nextAlert(own, open, { state, observation: { value, n: 1 } }, when);
        expect(state.status, `${id} at ${t}`).toBe(wanted);
        const status = {
          pending: ['PENDING'],
          firing: ['FIRING'],
          resolved: ['RESOLVED'],
          inactive: ['INACTIVE', undefined],
        };
        expect(status[wanted as keyof typeof status], `${id} at ${t}`).toContain(alert?.status);
        open = alert && alert.endedAt === null ? alert : null;
      }
    }
  });
});

/** What becomes of a rule that sees one value a minute; null: too little data. */
function run(changes: Partial<AlertRule>, ...values: readonly (number | null)[]): (Alert | null)[] {
  const own = { ...rule, ...changes };
  let state: AlertState = INACTIVE;
  let open: Alert | null = null;
  return values.map((value, minute) => {
    const observation = { value, n: value === null ? 0 : 100 };
    state = evaluate(own, state, observation, at(minute));
    const alert: Alert | null = nextAlert(own, open, { state, observation }, at(minute));
    open = alert && alert.endedAt === null ? alert : null;
    return alert;
  });
}
const statuses = (alerts: readonly (Alert | null)[]): (AlertStatus | null)[] =>
  alerts.map((alert) => alert?.status ?? null);

describe('a run of a rule', () => {
  it.each<[string, Partial<AlertRule>, (number | null)[], (AlertStatus | null)[]]>([
    ['fires at once without a time', {}, [1, 80, 1, 1], [null, 'FIRING', 'RESOLVED', null]],
    ['does not fire at the threshold', {}, [75], [null]],
    [
      'fires once it has lasted its time',
      { forSeconds: 120 },
      [80, 80, 80, 1],
      ['PENDING', 'PENDING', 'FIRING', 'RESOLVED'],
    ],
    ['ends before it fired', { forSeconds: 120 }, [80, 1, 80], ['PENDING', 'INACTIVE', 'PENDING']],
    [
      'is kept firing for its time',
      { keepFiringForSeconds: 120 },
      [80, 1, 1, 1],
      ['FIRING', 'FIRING', 'FIRING', 'RESOLVED'],
    ],
    ['takes no data as a miss with OK', { noDataState: 'OK' }, [null, 80, null], [null, 'FIRING', 'RESOLVED']],
    ['takes no data as a hit with ALERTING', { noDataState: 'ALERTING' }, [null, 1], ['FIRING', 'RESOLVED']],
    [
      'stays through no data with KEEP',
      { noDataState: 'KEEP', forSeconds: 120 },
      [null, 80, null, 80, null, 1, null],
      [null, 'PENDING', 'PENDING', 'FIRING', 'FIRING', 'RESOLVED', null],
    ],
  ])('%s', (_, changes, values, expected) => {
    expect(statuses(run(changes, ...values))).toEqual(expected);
  });

  it('is one alert from its first hit to its end, with the last value and a revision per status', () => {
    const identity = { project: 'default', rule: 'late', deployment: rule.deployment, activeAt: at(0) };
    expect(run({ forSeconds: 120, severity: 'CRITICAL' }, 80, 81, 82, 83, 1)).toEqual([
      expect.objectContaining({ ...identity, status: 'PENDING', firedAt: null, value: 80, revision: 1 }),
      expect.objectContaining({ ...identity, status: 'PENDING', firedAt: null, value: 81, revision: 1 }),
      expect.objectContaining({ ...identity, status: 'FIRING', firedAt: at(2), value: 82, revision: 2 }),
      expect.objectContaining({ ...identity, status: 'FIRING', firedAt: at(2), value: 83, revision: 2 }),
      expect.objectContaining({
        ...identity,
        status: 'RESOLVED',
        severity: 'CRITICAL',
        endedAt: at(4),
        evaluatedAt: at(4),
        value: 1,
        revision: 3,
      }),
    ]);
  });

  it('that is ended from outside had fired, or never did', () => {
    const [pending, , firing] = run({ forSeconds: 120 }, 80, 80, 80);
    expect(endedAlert(pending!, at(9))).toMatchObject({ status: 'INACTIVE', endedAt: at(9), revision: 2 });
    expect(endedAlert(firing!, at(9))).toMatchObject({ status: 'RESOLVED', endedAt: at(9), revision: 3 });
  });

  it('is due again after its interval, and never goes back in time', () => {
    const every = { ...rule, evaluationIntervalSeconds: 120 };
    const state = evaluate(every, INACTIVE, { value: 80, n: 1 }, at(10));
    expect([isDue(every, INACTIVE, at(0)), isDue(every, state, at(11)), isDue(every, state, at(12))]).toEqual([
      true,
      false,
      true,
    ]);
    expect(isDue(every, state, at(5))).toBe(false);
    expect(evaluate(every, state, { value: 1, n: 1 }, at(5))).toEqual(state);
  });

  it('is evaluated up to a day ahead, for clocks that differ, and no further', () => {
    const day = 24 * 60;
    expect(() => checkEvaluationTime(at(day), at(0))).not.toThrow();
    expect(() => checkEvaluationTime(at(day + 1), at(0))).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field: 'at' }) }),
    );
  });
});

describe('what is told of an alert', () => {
  /** Each status with whether a silence covers it; answers what others hear. */
  function heard(...steps: readonly (readonly [AlertStatus, boolean])[]): (string | null)[] {
    let open: Alert | null = null;
    return steps.map(([status, silenced], minute) => {
      const [first] = run({ forSeconds: 60 }, 80);
      const ended = status === 'RESOLVED' || status === 'INACTIVE';
      const alert: Alert = {
        ...(open ?? first!),
        status,
        endedAt: ended ? at(minute) : null,
        revision: (open?.revision ?? 0) + (open?.status === status ? 0 : 1),
      };
      const said = announced(open, alert, silenced);
      open = said.alert;
      return said.news ? `${status} ${said.alert.revision}${said.muted ? ' muted' : ''}` : null;
    });
  }

  it.each<[string, (readonly [AlertStatus, boolean])[], (string | null)[]]>([
    [
      'each change of status, once',
      [
        ['PENDING', false],
        ['PENDING', false],
        ['FIRING', false],
        ['FIRING', false],
        ['RESOLVED', false],
      ],
      ['PENDING 1', null, 'FIRING 2', null, 'RESOLVED 3'],
    ],
    [
      'nothing outside while it is silenced, to its end',
      [
        ['PENDING', true],
        ['FIRING', true],
        ['RESOLVED', true],
      ],
      ['PENDING 1 muted', 'FIRING 2 muted', 'RESOLVED 3 muted'],
    ],
    [
      'what is still open when the silence ends, under a revision of its own',
      [
        ['FIRING', true],
        ['FIRING', true],
        ['FIRING', false],
        ['FIRING', false],
      ],
      ['FIRING 1 muted', null, 'FIRING 2', null],
    ],
    [
      'its end to whoever was told of it, silence or not',
      [
        ['FIRING', false],
        ['FIRING', true],
        ['RESOLVED', true],
      ],
      ['FIRING 1', null, 'RESOLVED 2'],
    ],
    [
      'no end of what nobody was told of, though the silence is over',
      [
        ['PENDING', true],
        ['INACTIVE', false],
      ],
      ['PENDING 1 muted', 'INACTIVE 2 muted'],
    ],
  ])('is %s', (_, steps, expected) => {
    expect(heard(...steps)).toEqual(expected);
  });
});
