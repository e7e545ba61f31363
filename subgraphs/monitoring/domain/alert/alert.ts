import { DomainError } from '../../../../core/errors.ts';
import type { Labels } from '../../../../core/promql/labels.ts';
import { renderTemplate } from '../../../../core/promql/template.ts';
import type { AlertState } from '../../../../core/statistics/alert-state.ts';
import type { AlertRule, AlertSeverity } from './alert-rule.ts';
import { deploymentUrn } from '../ids.ts';

/** INACTIVE: it was pending and the condition ended before it fired. */
export const ALERT_STATUSES = ['PENDING', 'FIRING', 'RESOLVED', 'INACTIVE'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** One run of a rule's condition on one series: from its first hit to its end. */
export interface Alert {
  readonly project: string;
  readonly rule: string;
  /** Of the series: a rule has as many alerts as series meet its condition. */
  readonly fingerprint: string;
  /** Of the series, of the rule, and `alertname` and `severity`: what routes and silences look at. */
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly deployment: string | null;
  readonly status: AlertStatus;
  /** First evaluation of this run of hits; with rule and fingerprint it is the alert's identity. */
  readonly activeAt: Date;
  readonly firedAt: Date | null;
  readonly endedAt: Date | null;
  /** The last value seen; null where there was too little data. */
  readonly value: number | null;
  readonly evaluatedAt: Date;
  readonly severity: AlertSeverity;
  /** The view whose feature the rule watches, where that is known. */
  readonly featureView: string | null;
  /** Whether a silence covered it at its last evaluation. */
  readonly silenced: boolean;
  /** Who is on it; while it holds, no ladder is climbed. */
  readonly acknowledgement: Acknowledgement | null;
  /** The last status that others outside were told of; null where all of it was silenced. */
  readonly notifiedStatus: AlertStatus | null;
  /** Grows with each change of status. */
  readonly revision: number;
}

/** Somebody says that they are on it. */
export interface Acknowledgement {
  readonly by: string;
  readonly at: Date;
  /** When it lapses, unless the alert has ended; null: never. */
  readonly until: Date | null;
  readonly comment: string;
}

/** Where one series of a rule stands between two evaluations. */
export interface AlertSeries {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly state: AlertState;
  readonly value: number | null;
  readonly n: number;
  /** When it last had data. */
  readonly seenAt: Date | null;
}

/** Where a rule stands as a whole. */
export interface RuleState {
  readonly evaluatedAt: Date | null;
  /** Of a rule with a signal: what its one series showed. */
  readonly observation: Observation | null;
  /** Why its last evaluation came to nothing. */
  readonly problem: string | null;
}

/** What a window showed; `value` is null where there is too little to say. */
export interface Observation {
  readonly value: number | null;
  /** Rows behind the value. */
  readonly n: number;
}

export interface RuleWithState {
  readonly rule: AlertRule;
  readonly state: RuleState;
}

export const NEW_RULE: RuleState = { evaluatedAt: null, observation: null, problem: null };

const DAY_MS = 86_400_000;

/** Throws INVALID_INPUT for an instant that has not come: the rule would stand still until then. */
export function checkEvaluationTime(at: Date, now: Date): void {
  const latest = new Date(now.getTime() + DAY_MS);
  if (at <= latest) return;
  const allowed = `up to ${latest.toISOString()}`;
  throw new DomainError('INVALID_INPUT', `at: ${at.toISOString()} has not come; allowed: ${allowed}`, {
    field: 'at',
    allowed,
  });
}

/** Whether the rule's next evaluation is due. */
export function isDue(rule: AlertRule, { evaluatedAt }: RuleState, at: Date): boolean {
  return evaluatedAt === null || at.getTime() - evaluatedAt.getTime() >= rule.evaluationIntervalSeconds * 1_000;
}

/** An open alert that ends now: RESOLVED where it had fired. */
export const endedAlert = (open: Alert, at: Date): Alert => ({
  ...open,
  status: open.firedAt === null ? 'INACTIVE' : 'RESOLVED',
  endedAt: at,
  revision: open.revision + 1,
});

/** Whether somebody is on an alert just now. */
export const isAcknowledged = ({ acknowledgement }: Pick<Alert, 'acknowledgement'>, at: Date): boolean =>
  acknowledgement !== null && (acknowledgement.until === null || at < acknowledgement.until);

/** Where an alert stands, and whether anybody outside is to be told. */
export interface Announcement {
  readonly alert: Alert;
  /** Whether an event is due: the status has changed, or what kept it quiet has ended. */
  readonly news: boolean;
  /** Whether the event is for the index alone. */
  readonly muted: boolean;
}

/**
 * What others are notified of while an alert is under a silence, or part of a composite. Whoever was notified of an alert is
 * notified of its end, silence or not; what is still open when nothing keeps it quiet any more is announced then.
 */
export function announced(
  open: Alert | null,
  alert: Alert,
  { silenced, suppressed }: { readonly silenced: boolean; readonly suppressed: boolean },
): Announcement {
  const changed = open?.status !== alert.status;
  const isNotified =
    alert.endedAt !== null
      ? alert.notifiedStatus !== null
      : !silenced && !suppressed && alert.notifiedStatus !== alert.status;
  const news = changed || isNotified;
  return {
    alert: {
      ...alert,
      silenced,
      notifiedStatus: isNotified ? alert.status : alert.notifiedStatus,
      revision: alert.revision + (news && !changed ? 1 : 0),
    },
    news,
    muted: !isNotified,
  };
}

/** The alert of a series after an evaluation, or null where there is none; `open` is the one that was active before. */
export function nextAlert(rule: AlertRule, open: Alert | null, series: AlertSeries, at: Date): Alert | null {
  const { state, value } = series;
  const seen = { value, evaluatedAt: at };
  if (state.status === 'inactive' || state.status === 'resolved') {
    return open && { ...endedAlert(open, at), ...seen };
  }
  const status = state.status === 'firing' ? 'FIRING' : 'PENDING';
  const firedAt = open?.firedAt ?? (status === 'FIRING' ? at : null);
  const texts = textsOf(rule, series);
  if (open) {
    const revision = open.revision + (status === open.status ? 0 : 1);
    return { ...open, ...seen, annotations: texts.annotations, status, firedAt, revision };
  }
  return {
    project: rule.project,
    rule: rule.name,
    fingerprint: series.fingerprint,
    ...texts,
    deployment: rule.deployment ?? deploymentIn(rule.project, texts.labels),
    severity: rule.severity,
    featureView: rule.featureView,
    activeAt: new Date(state.activeAtMs ?? at.getTime()),
    ...seen,
    status,
    firedAt,
    endedAt: null,
    silenced: false,
    acknowledgement: null,
    notifiedStatus: null,
    revision: 1,
  };
}

/** What an alert is called and says: labels of the series, then of the rule. */
function textsOf(rule: AlertRule, { labels, value }: AlertSeries): Pick<Alert, 'labels' | 'annotations'> {
  const rendered = (templates: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(templates).map(([name, template]) => [name, renderTemplate(template, { labels, value })]),
    );
  const severity = rule.severity.toLowerCase();
  return {
    labels: { ...labels, severity, ...rendered(rule.labels), alertname: rule.name },
    annotations: rendered(rule.annotations),
  };
}

/** The deployment that a series says it is of, as our own do by endpoint and environment. */
export function deploymentIn(project: string, labels: Labels): string | null {
  const { deployment, endpoint, environment } = labels;
  if (deployment === undefined && endpoint && environment)
    return deploymentUrn.format({ project, endpoint, environment });
  const key = deploymentUrn.find(project, deployment ?? '');
  return key && deploymentUrn.format(key);
}
