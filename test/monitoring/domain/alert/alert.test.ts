import { describe, expect, it } from 'vitest';
import {
  announced,
  checkEvaluationTime,
  endedAlert,
  isDue,
  NEW_RULE,
  type Alert,
  type AlertSeries,
  type AlertStatus,
} from '../../../../subgraphs/monitoring/domain/alert/alert.ts';
import {
  evaluateSeries,
  seenBySignal,
  type SeenSeries,
} from '../../../../subgraphs/monitoring/domain/alert/alert-evaluation.ts';
import type { AlertRule, SignalRule } from '../../../../subgraphs/monitoring/domain/alert/alert-rule.ts';
import { statVectors } from '../../../support/vectors.ts';
import { expressionRule, rule } from '../rule.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 10, 12, minute));

interface Standing {
  readonly known: readonly AlertSeries[];
  readonly open: readonly Alert[];
}
const NEW: Standing = { known: [], open: [] };

/** One evaluation: the alerts that it came to, and where the rule stands then. */
function step(own: AlertRule, before: Standing, seen: readonly SeenSeries[], when: Date) {
  const outcomes = evaluateSeries(own, before, seen, when);
  const alerts = outcomes.flatMap(({ alert }) => alert ?? []);
  const known = outcomes.filter(({ kept }) => kept).map(({ series }) => series);
  return { outcomes, alerts, after: { known, open: alerts.filter(({ endedAt }) => endedAt === null) } };
}

const sampleOf = (own: SignalRule, value: number | null, n = 1): readonly SeenSeries[] =>
  seenBySignal(own, [{ labels: {}, value, n }]);

describe('an alert', () => {
  it('goes through the states that Prometheus gives it, on all public vectors', () => {
    for (const { input, expected, id } of statVectors('alert-rules').cases) {
      const [, comparison, threshold] = /^m (\S+) (-?[\d.]+)$/.exec(input.expr)!;
      const own: SignalRule = {
        ...rule,
        comparison: comparison as SignalRule['comparison'],
        threshold: Number(threshold),
        forSeconds: input.forSeconds,
        keepFiringForSeconds: input.keepFiringForSeconds,
      };
      let standing = NEW;
      for (const { t, state: wanted } of expected.states) {
        const value = input.values[t / input.evaluationIntervalSeconds] ?? null;
        const { outcomes, after } = step(own, standing, sampleOf(own, value), new Date(t * 1_000));
        expect(outcomes[0]?.series.state.status, `${id} at ${t}`).toBe(wanted);
        const status = {
          pending: ['PENDING'],
          firing: ['FIRING'],
          resolved: ['RESOLVED'],
          inactive: ['INACTIVE', undefined],
        };
        expect(status[wanted as keyof typeof status], `${id} at ${t}`).toContain(outcomes[0]?.alert?.status);
        standing = after;
      }
    }
  });
});

/** What becomes of a rule that sees one value a minute; null: too little data. */
function run(changes: Partial<SignalRule>, ...values: readonly (number | null)[]): (Alert | null)[] {
  const own: SignalRule = { ...rule, ...changes };
  let standing = NEW;
  return values.map((value, minute) => {
    const { alerts, after } = step(own, standing, sampleOf(own, value, value === null ? 0 : 100), at(minute));
    standing = after;
    return alerts[0] ?? null;
  });
}

describe('the series of an expression', () => {
  const series = (label: string, seen: SeenSeries['seen'] = 'hit'): SeenSeries => ({
    fingerprint: label.repeat(16),
    labels: { instance: label },
    seen,
    value: 80,
    n: 1,
  });
  /** Which series are open after each evaluation. */
  function open(changes: Partial<AlertRule>, ...evaluations: (readonly [minute: number, ...SeenSeries[]])[]): string[] {
    const own = { ...expressionRule, ...changes } as AlertRule;
    let standing = NEW;
    return evaluations.map(([minute, ...seen]) => {
      standing = step(own, standing, seen, at(minute)).after;
      return standing.open.map(({ labels, status }) => `${labels['instance'] ?? '-'} ${status}`).join(', ');
    });
  }

  it('are alerts of their own, with labels and texts', () => {
    const own = {
      ...expressionRule,
      labels: { team: 'risk', where: '{{ $labels.instance }}' },
      annotations: { summary: '{{ $labels.instance }} is at {{ $value }}' },
    };
    const { alerts } = step(own, NEW, [series('a'), series('b')], at(0));
    expect(alerts).toMatchObject([{ fingerprint: 'a'.repeat(16) }, { fingerprint: 'b'.repeat(16) }]);
    expect(alerts[0]).toMatchObject({
      labels: { alertname: 'late', instance: 'a', severity: 'warning', team: 'risk', where: 'a' },
      annotations: { summary: 'a is at 80' },
      deployment: null,
    });
  });

  it.each<[string, Partial<AlertRule>, (readonly [number, ...SeenSeries[]])[], string[]]>([
    [
      'end when they are gone, as in Prometheus',
      {},
      [
        [0, series('a'), series('b')],
        [1, series('b')],
      ],
      ['a FIRING, b FIRING', 'b FIRING'],
    ],
    [
      'that are gone alert where no data does, for a day',
      { noDataState: 'ALERTING' },
      [
        [0, series('a', 'miss'), series('b', 'miss')],
        [1, series('b', 'miss')],
        [1_442, series('b', 'miss')],
      ],
      ['', 'a FIRING', ''],
    ],
    [
      'stand as they did where no data keeps them',
      { noDataState: 'KEEP' },
      [
        [0, series('a'), series('b')],
        [1, series('b', 'miss')],
        [2, series('a', 'miss')],
      ],
      ['a FIRING, b FIRING', 'a FIRING', ''],
    ],
    [
      'that nobody ever saw alert as one',
      { noDataState: 'ALERTING' },
      [[0], [1], [2, series('a', 'miss')]],
      ['- FIRING', '- FIRING', ''],
    ],
  ])('%s', (_, changes, evaluations, expected) => expect(open(changes, ...evaluations)).toEqual(expected));
});

const statuses = (alerts: readonly (Alert | null)[]): (AlertStatus | null)[] =>
  alerts.map((alert) => alert?.status ?? null);

describe('a run of a rule', () => {
  it.each<[string, Partial<SignalRule>, (number | null)[], (AlertStatus | null)[]]>([
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
    const state = { ...NEW_RULE, evaluatedAt: at(10) };
    expect([isDue(every, NEW_RULE, at(0)), isDue(every, state, at(11)), isDue(every, state, at(12))]).toEqual([
      true,
      false,
      true,
    ]);
    expect(isDue(every, state, at(5))).toBe(false);
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
      const said = announced(open, alert, { silenced, suppressed: false });
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
