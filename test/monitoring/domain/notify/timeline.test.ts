import { describe, expect, it } from 'vitest';
import { keyOf, type Labels } from '../../../../core/promql/labels.ts';
import { durationMs } from '../../../../core/promql/duration.ts';
import { flush, isOver, type GroupedAlert } from '../../../../subgraphs/monitoring/domain/notify/group.ts';
import { isInhibited } from '../../../../subgraphs/monitoring/domain/notify/inhibition.ts';
import { readMatcher } from '../../../../subgraphs/monitoring/domain/notify/matcher.ts';
import type { Route } from '../../../../subgraphs/monitoring/domain/notify/route.ts';
import { placed, type RoutedGroup, type Routing } from '../../../../subgraphs/monitoring/domain/notify/routing.ts';
import { statVectors } from '../../../support/vectors.ts';

const matchers = (texts: string[] = []) => texts.map((text) => readMatcher(text)!);
const ms = (text?: string) => (text === undefined ? null : durationMs(text));

const routeOf = (given: any): Route => ({
  receiver: given.receiver ?? null,
  matchers: matchers(given.matchers),
  groupBy: given.group_by ?? null,
  groupWaitMs: ms(given.group_wait),
  groupIntervalMs: ms(given.group_interval),
  repeatIntervalMs: ms(given.repeat_interval),
  continue: given.continue ?? false,
  escalation: null,
  routes: (given.routes ?? []).map(routeOf),
});

interface Heard {
  readonly t: number;
  readonly receiver: string;
  readonly status: string;
  readonly groupLabels: Labels;
  readonly alerts: { readonly status: string; readonly labels: Labels }[];
}

/** What receivers hear of a course of events, with the clock going on by hundredths of a second. */
function heard({ config, events }: any): Heard[] {
  const routing: Routing = {
    route: routeOf(config.route),
    inhibitions: config.inhibit_rules.map((rule: any) => ({
      source: matchers(rule.source_matchers),
      target: matchers(rule.target_matchers),
      equal: rule.equal,
    })),
  };
  const silent = new Set(
    config.receivers
      .filter((one: string) => one.includes('send_resolved:false'))
      .map((one: string) => one.split('(')[0]),
  );
  const groups = new Map<string, RoutedGroup>();
  const alerts = new Map<string, GroupedAlert>();
  const silences: { readonly labels: Labels; readonly untilMs: number }[] = [];
  const told: Heard[] = [];
  const left = [...events];
  for (let now = 0; now <= 23_000; now += 10) {
    while (left.length > 0 && Math.round(left[0].t * 1_000) <= now) {
      const event = left.shift();
      if (event.action === 'silence') {
        silences.push({ labels: event.matchersEqual, untilMs: now + event.durationSeconds * 1_000 });
        continue;
      }
      const id = keyOf(event.labels);
      const before = alerts.get(id);
      const alert = {
        id,
        labels: event.labels,
        startedAtMs: before?.startedAtMs ?? now,
        endedAtMs: event.action === 'resolve' ? now : null,
      };
      alerts.set(id, alert);
      for (const routed of placed(routing, groups, alert, now)) groups.set(routed.key, routed);
    }
    const firing = [...alerts.values()].filter(({ endedAtMs }) => endedAtMs === null).map(({ labels }) => labels);
    const muted = ({ labels }: GroupedAlert) =>
      isInhibited(routing.inhibitions, firing, labels) ||
      silences.some(
        (silence) =>
          now < silence.untilMs && Object.entries(silence.labels).every(([name, value]) => labels[name] === value),
      );
    for (const [key, { taken, group }] of groups) {
      if (group.nextFlushAtMs > now) continue;
      const { group: after, notification } = flush(group, {
        atMs: now,
        times: taken,
        muted,
        sendResolved: !silent.has(taken.receiver),
      });
      if (isOver(after)) groups.delete(key);
      else groups.set(key, { key, taken, group: after });
      if (!notification) continue;
      told.push({
        t: now / 1_000,
        receiver: taken.receiver,
        status: notification.status,
        groupLabels: group.labels,
        alerts: notification.alerts.map(({ labels, endedAtMs }) => ({
          status: endedAtMs === null ? 'firing' : 'resolved',
          labels,
        })),
      });
    }
  }
  return told;
}

const inOrder = (list: readonly Heard[]) =>
  list
    .map((one) => ({ ...one, alerts: one.alerts.toSorted((a, b) => (keyOf(a.labels) < keyOf(b.labels) ? -1 : 1)) }))
    .toSorted(
      (a, b) =>
        keyOf(a.groupLabels).localeCompare(keyOf(b.groupLabels)) || a.receiver.localeCompare(b.receiver) || a.t - b.t,
    );
const content = (list: readonly Heard[]) => inOrder(list).map((one) => ({ ...one, t: null }));

describe('notifications against Alertmanager', () => {
  it.each(statVectors('alertmanager-timeline').cases.map((one) => [one.id, one] as const))(
    '%s',
    (_, { input, expected }) => {
      const seen = heard(input);
      expect(content(seen)).toEqual(content(expected.notifications));
      const times = inOrder(seen).map(({ t }) => t);
      inOrder(expected.notifications).forEach(({ t }, i) => expect(Math.abs(times[i]! - t)).toBeLessThanOrEqual(0.6));
    },
  );
});
