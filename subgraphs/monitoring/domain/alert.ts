import { DomainError } from '../../../core/errors.ts';
import { INACTIVE, stepAlert, type AlertState } from '../../../core/statistics/alert-state.ts';
import { breaches } from '../../../core/statistics/threshold.ts';
import type { AlertRule, AlertSeverity } from './alert-rule.ts';
import type { Observation } from './alert-signal.ts';

/** INACTIVE: it was pending and the condition ended before it fired. */
export const ALERT_STATUSES = ['PENDING', 'FIRING', 'RESOLVED', 'INACTIVE'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** One run of a rule's condition: from its first hit to its end. */
export interface Alert {
  readonly project: string;
  readonly rule: string;
  readonly deployment: string;
  readonly status: AlertStatus;
  /** First evaluation of this run of hits; with the rule's name it is the alert's identity. */
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
  /** The last status that others outside were told of; null where all of it was silenced. */
  readonly toldStatus: AlertStatus | null;
  /** Grows with each change of status. */
  readonly revision: number;
}

/** Where a rule stands between two evaluations. */
export interface RuleState {
  readonly state: AlertState;
  readonly observation: Observation | null;
}

export interface RuleWithState {
  readonly rule: AlertRule;
  readonly state: RuleState;
}

export const NEW_RULE: RuleState = { state: INACTIVE, observation: null };

const NO_DATA = { ALERTING: 'alerting', OK: 'ok', KEEP: 'keep' } as const;

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
export function isDue(rule: AlertRule, { evaluatedAtMs }: AlertState, at: Date): boolean {
  return evaluatedAtMs === null || at.getTime() - evaluatedAtMs >= rule.evaluationIntervalSeconds * 1_000;
}

/** The rule's next state from what its window showed. Too few rows are no data, whatever their value. */
export function evaluate(rule: AlertRule, before: AlertState, observation: Observation, at: Date): AlertState {
  const { value } = observation;
  const seen = value === null ? 'noData' : breaches(value, rule.comparison, rule.threshold) ? 'hit' : 'miss';
  return stepAlert(before, seen, at.getTime(), {
    forMs: rule.forSeconds * 1_000,
    keepFiringForMs: rule.keepFiringForSeconds * 1_000,
    noData: NO_DATA[rule.noDataState],
  });
}

/** An open alert that ends now: RESOLVED where it had fired. */
export const endedAlert = (open: Alert, at: Date): Alert => ({
  ...open,
  status: open.firedAt === null ? 'INACTIVE' : 'RESOLVED',
  endedAt: at,
  revision: open.revision + 1,
});

/** Where an alert stands, and whether anybody outside is to be told. */
export interface Announcement {
  readonly alert: Alert;
  /** Whether an event is due: the status has changed, or a silence over it has ended. */
  readonly news: boolean;
  /** Whether the event is for the index alone. */
  readonly muted: boolean;
}

/**
 * What is told of an alert under a silence. Whoever was told of an alert is told of its end, silence or not; what is still
 * open when a silence ends is told then.
 */
export function announced(open: Alert | null, alert: Alert, silenced: boolean): Announcement {
  const changed = open?.status !== alert.status;
  const isTold = alert.endedAt !== null ? alert.toldStatus !== null : !silenced && alert.toldStatus !== alert.status;
  const news = changed || isTold;
  return {
    alert: {
      ...alert,
      silenced,
      toldStatus: isTold ? alert.status : alert.toldStatus,
      revision: alert.revision + (news && !changed ? 1 : 0),
    },
    news,
    muted: !isTold,
  };
}

/** The alert after an evaluation, or null where there is none; `open` is the one that was active before. */
export function nextAlert(rule: AlertRule, open: Alert | null, after: RuleState, at: Date): Alert | null {
  const { state, observation } = after;
  const seen = { value: observation?.value ?? null, evaluatedAt: at };
  if (state.status === 'inactive' || state.status === 'resolved') {
    return open && { ...endedAlert(open, at), ...seen };
  }
  const status = state.status === 'firing' ? 'FIRING' : 'PENDING';
  const firedAt = open?.firedAt ?? (status === 'FIRING' ? at : null);
  if (open) return { ...open, ...seen, status, firedAt, revision: open.revision + (status === open.status ? 0 : 1) };
  const { project, name, deployment, severity, featureView } = rule;
  const activeAt = new Date(state.activeAtMs ?? at.getTime());
  const identity = { project, rule: name, deployment, severity, featureView, activeAt };
  return { ...identity, ...seen, status, firedAt, endedAt: null, silenced: false, toldStatus: null, revision: 1 };
}
