import type { Labels } from '../../../../core/promql/labels.ts';

/** An alert as a group holds it until its end was sent. */
export interface GroupedAlert {
  readonly id: string;
  readonly labels: Labels;
  readonly startedAtMs: number;
  /** Null while it fires. */
  readonly endedAtMs: number | null;
}

/** Alerts that are notified of together, and what was notified of them. */
export interface AlertGroup {
  readonly labels: Labels;
  readonly alerts: readonly GroupedAlert[];
  readonly nextFlushAtMs: number;
  readonly flushed: boolean;
  /** What the receiver was notified of last; null where of nothing, or where of the end of all. */
  readonly notified: NotifiedState | null;
}

export interface NotifiedState {
  readonly atMs: number;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
}

export interface GroupTimes {
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
}

export interface Flush {
  readonly group: AlertGroup;
  /** What the receiver is to be sent; null: nothing new. */
  readonly notification: { readonly status: 'firing' | 'resolved'; readonly alerts: readonly GroupedAlert[] } | null;
}

/** A group begins with its first alert, and waits for others. */
export const newGroup = (labels: Labels, atMs: number, { groupWaitMs }: GroupTimes): AlertGroup => ({
  labels,
  alerts: [],
  nextFlushAtMs: atMs + groupWaitMs,
  flushed: false,
  notified: null,
});

/** The group with an alert as it is now. One that has fired for longer than the group waits is sent at once. */
export function withAlert(
  group: AlertGroup,
  alert: GroupedAlert,
  atMs: number,
  { groupWaitMs }: GroupTimes,
): AlertGroup {
  const others = group.alerts.filter(({ id }) => id !== alert.id);
  const known = group.alerts.find(({ id }) => id === alert.id);
  if (!known && alert.endedAtMs !== null) return group;
  const waited = !group.flushed && alert.startedAtMs + groupWaitMs < atMs;
  return {
    ...group,
    alerts: [...others, alert],
    nextFlushAtMs: waited ? Math.min(group.nextFlushAtMs, atMs) : group.nextFlushAtMs,
  };
}

const within = (part: readonly string[], whole: readonly string[]): boolean => part.every((one) => whole.includes(one));

/**
 * What a receiver is told when a group is due (Alertmanager's `DedupStage`): what fires anew, what has ended of what it was told
 * of, and the same again after the repeat interval. `muted`: silenced or inhibited just now; they are neither told of nor
 * forgotten, and the end of what a receiver was notified of is notified of all the same.
 */
export function flush(
  group: AlertGroup,
  {
    atMs,
    times,
    muted,
    sendResolved,
  }: {
    readonly atMs: number;
    readonly times: GroupTimes;
    readonly muted: (alert: GroupedAlert) => boolean;
    readonly sendResolved: boolean;
  },
): Flush {
  const { notified } = group;
  const wasNotified = (id: string): boolean => notified?.firing.includes(id) ?? false;
  const hasEnded = ({ endedAtMs }: GroupedAlert): boolean => endedAtMs !== null && endedAtMs <= atMs;
  const visible = group.alerts.filter((alert) => !muted(alert) || (hasEnded(alert) && wasNotified(alert.id)));
  const firing = visible.filter((alert) => !hasEnded(alert)).map(({ id }) => id);
  const resolved = visible.filter(hasEnded).map(({ id }) => id);
  const alerts = sendResolved ? visible : visible.filter((alert) => !hasEnded(alert));
  const isNews = needsNotice({ firing, resolved }, notified, { atMs, times, sendResolved });
  const after: AlertGroup = {
    ...group,
    // Of what is over the receiver is notified now, or it was never notified of its beginning.
    alerts: group.alerts.filter((alert) => !hasEnded(alert)),
    nextFlushAtMs: atMs + times.groupIntervalMs,
    flushed: true,
    notified: isNews ? { atMs, firing, resolved } : notified,
  };
  if (!isNews || alerts.length === 0) return { group: after, notification: null };
  return { group: after, notification: { status: firing.length > 0 ? 'firing' : 'resolved', alerts } };
}

function needsNotice(
  now: { readonly firing: readonly string[]; readonly resolved: readonly string[] },
  notified: NotifiedState | null,
  { atMs, times, sendResolved }: { readonly atMs: number; readonly times: GroupTimes; readonly sendResolved: boolean },
): boolean {
  if (!notified) return now.firing.length > 0;
  if (!within(now.firing, notified.firing)) return true;
  // Also for who hears of no end, so that the next beginning is news.
  if (now.firing.length === 0) return notified.firing.length > 0;
  if (sendResolved && !within(now.resolved, notified.resolved)) return true;
  return atMs - notified.atMs >= times.repeatIntervalMs;
}

/** Whether nothing is left to notify of, nor to remember. */
export const isOver = ({ alerts, notified }: AlertGroup): boolean =>
  alerts.length === 0 && (notified === null || notified.firing.length === 0);
