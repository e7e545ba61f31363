import { drop, formatLabels, type Labels } from '../../../../core/promql/labels.ts';
import type { ReceiverKind, ReceiverSecrets } from './receiver.ts';

/** One alert as it is sent. */
export interface NotifiedAlert {
  readonly id: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly value: number | null;
  readonly startsAt: string;
  readonly endsAt: string | null;
}

/** What a receiver is sent: alerts of one group. */
export interface Notification {
  /** The same in every attempt. */
  readonly id: string;
  readonly receiver: string;
  /** The same for all that is sent of one group. */
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly NotifiedAlert[];
  /** Where people look at the first of them; null where no address is configured. */
  readonly link: string | null;
  /** Whether it only tries the way. */
  readonly test: boolean;
}

/** One request to a receiver that is reached by HTTP. PagerDuty knows one incident per alert and hears of each alone. */
export interface Request {
  readonly body: unknown;
}

const common = (all: readonly Readonly<Record<string, string>>[]): Record<string, string> =>
  Object.fromEntries(Object.entries(all[0] ?? {}).filter(([name, value]) => all.every((one) => one[name] === value)));

const summaryOf = ({ annotations, labels, value }: NotifiedAlert): string => {
  const said = annotations['summary'] ?? annotations['description'];
  if (said !== undefined) return said;
  const alertname = labels['alertname'] ?? '';
  const others = drop(labels, ['alertname', 'severity']);
  return `${alertname}${Object.keys(others).length > 0 ? ` ${formatLabels(others)}` : ''}${value === null ? '' : ` is at ${Number(value.toPrecision(4))}`}`;
};

export function titleOf({ status, alerts, groupLabels, test }: Notification): string {
  if (test) return 'test: this receiver can be reached';
  const firing = alerts.filter((alert) => alert.status === 'firing').length;
  const name = groupLabels['alertname'] ?? common(alerts.map(({ labels }) => labels))['alertname'];
  const count = status === 'firing' ? `FIRING: ${firing}` : 'RESOLVED';
  return `[${count}] ${name ?? `${alerts.length} alerts`}`;
}

/** As people read it. */
export function textOf(notification: Notification): string {
  const lines = notification.alerts.map((alert) => {
    const runbook = alert.annotations['runbook_url'];
    return `${alert.status === 'firing' ? 'FIRING' : 'RESOLVED'} ${summaryOf(alert)}${runbook === undefined ? '' : `\nrunbook: ${runbook}`}`;
  });
  return [titleOf(notification), ...lines, ...(notification.link === null ? [] : [notification.link])].join('\n');
}

/** These three begin links and entities in Slack's text. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The body that Alertmanager sends to a webhook (version 4), with our id and values besides. */
function webhookBody({ id, receiver, groupKey, groupLabels, status, alerts, link, test }: Notification): object {
  return {
    version: '4',
    id,
    test,
    groupKey,
    truncatedAlerts: 0,
    status,
    receiver,
    groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: link ?? '',
    alerts: alerts.map((alert) => ({ ...alert, endsAt: alert.endsAt ?? '0001-01-01T00:00:00Z', generatorURL: '' })),
  };
}

const PAGER_SEVERITY: Readonly<Record<string, string>> = {
  critical: 'critical',
  page: 'critical',
  warning: 'warning',
  info: 'info',
};

const pagerBody = (alert: NotifiedAlert, { link }: Notification, { routingKey }: ReceiverSecrets): object => ({
  routing_key: routingKey,
  event_action: alert.status === 'firing' ? 'trigger' : 'resolve',
  dedup_key: alert.id.slice(0, 255),
  payload: {
    summary: summaryOf(alert).slice(0, 1_024),
    severity: PAGER_SEVERITY[alert.labels['severity'] ?? ''] ?? 'error',
    source: alert.labels['deployment'] ?? alert.labels['instance'] ?? 'tiffin',
    timestamp: alert.startsAt,
    component: alert.labels['alertname'],
    custom_details: { ...alert.labels, ...alert.annotations, value: alert.value },
  },
  links: [
    ...(link === null ? [] : [{ href: link, text: 'alert' }]),
    ...(alert.annotations['runbook_url'] === undefined
      ? []
      : [{ href: alert.annotations['runbook_url'], text: 'runbook' }]),
  ],
});

/** What is sent to a receiver by HTTP, in order. */
export function requestsFor(
  kind: Exclude<ReceiverKind, 'EMAIL'>,
  notification: Notification,
  secrets: ReceiverSecrets,
): readonly Request[] {
  if (kind === 'PAGERDUTY')
    return notification.alerts.map((alert) => ({ body: pagerBody(alert, notification, secrets) }));
  return [{ body: kind === 'SLACK' ? { text: escaped(textOf(notification)) } : webhookBody(notification) }];
}

/** What only tries the way; for PagerDuty it ends in the same breath. */
export function testNotification(id: string, receiver: string, kind: ReceiverKind, at: Date): Notification {
  const alert: NotifiedAlert = {
    id: `tiffin-test-${id}`,
    status: 'firing',
    labels: { alertname: 'ReceiverTest', severity: 'info' },
    annotations: { summary: `a test of the receiver ${receiver}` },
    fingerprint: '0'.repeat(16),
    value: null,
    startsAt: at.toISOString(),
    endsAt: null,
  };
  const ended: NotifiedAlert = { ...alert, status: 'resolved', endsAt: at.toISOString() };
  return {
    id,
    receiver,
    groupKey: `test ${receiver}`,
    groupLabels: { alertname: 'ReceiverTest' },
    status: 'firing',
    alerts: kind === 'PAGERDUTY' ? [alert, ended] : [alert],
    link: null,
    test: true,
  };
}
