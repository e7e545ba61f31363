import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isAcknowledged, type Alert } from '../../domain/alert/alert.ts';
import { isSuppressed } from '../../domain/alert/composite.ts';
import { alertUrn } from '../../domain/ids.ts';
import { flush, isOver, type GroupedAlert } from '../../domain/notify/group.ts';
import { isInhibited } from '../../domain/notify/inhibition.ts';
import type { Notification, NotifiedAlert } from '../../domain/notify/message.ts';
import { placed, type RoutedGroup, type Routing } from '../../domain/notify/routing.ts';
import { covers } from '../../domain/alert/silence.ts';
import { findAlerts, firingAlerts, firingComposites } from '../../storage/alert/alert.ts';
import { findRouting, routedProjects } from '../../storage/notify/alert-routing.ts';
import { forgetGroups, lockGroups, saveGroups } from '../../storage/notify/alert-group.ts';
import { insertNotifications } from '../../storage/notify/notification.ts';
import { findReceivers } from '../../storage/notify/receiver.ts';
import { silencesAt } from '../../storage/alert/silence.ts';
import type { MonitoringDeps } from '../deps.ts';

/** Puts alerts together and decides who hears of them when; what is decided and what is to be sent commit together. */
export class Dispatching {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** All that is due in all projects. */
  async dispatch(at: Date): Promise<void> {
    for (const project of await routedProjects(this.#deps.db.pool)) await this.#dispatchProject(project, at);
  }

  async #dispatchProject(project: string, at: Date): Promise<void> {
    const routing = await findRouting(this.#deps.db.pool, project);
    if (!routing) return;
    await this.#deps.db.transaction(async (em) => {
      const groups = await lockGroups(em, project);
      const alerts = await knownAlerts(em, project, groups);
      const changed = arrive(routing.routing, groups, alerts, at.getTime());
      const muted = await this.#muting(em, project, routing.routing, alerts, at);
      const receivers = await this.#receivers(project, [...groups.values()]);
      const { over, notifications } = this.#flushDue(groups, changed, { alerts, muted, receivers, at });
      await saveGroups(
        em,
        project,
        [...changed].flatMap((key) => groups.get(key) ?? []),
      );
      await forgetGroups(em, project, over);
      await insertNotifications(em, project, notifications, at);
    });
  }

  #flushDue(
    groups: Map<string, RoutedGroup>,
    changed: Set<string>,
    {
      alerts,
      muted,
      receivers,
      at,
    }: {
      readonly alerts: ReadonlyMap<string, Alert>;
      readonly muted: (routed: RoutedGroup, alert: GroupedAlert) => boolean;
      readonly receivers: ReadonlyMap<string, boolean>;
      readonly at: Date;
    },
  ): { readonly over: readonly string[]; readonly notifications: readonly Notification[] } {
    const over: string[] = [];
    const notifications: Notification[] = [];
    for (const routed of groups.values()) {
      const { key, taken, group } = routed;
      if (group.nextFlushAtMs > at.getTime()) continue;
      const { group: after, notification } = flush(group, {
        atMs: at.getTime(),
        times: taken,
        muted: (alert) => muted(routed, alert),
        sendResolved: receivers.get(taken.receiver) ?? true,
      });
      if (isOver(after)) {
        over.push(key);
        groups.delete(key);
      } else {
        groups.set(key, { ...routed, group: after });
      }
      changed.add(key);
      if (!notification) continue;
      const notified = notification.alerts.flatMap(({ id }) => alerts.get(id) ?? []).map(notifiedAlertOf);
      const first = notified[0];
      notifications.push({
        id: randomUUID(),
        receiver: taken.receiver,
        groupKey: key,
        groupLabels: group.labels,
        status: notification.status,
        alerts: notified,
        link: first ? this.#linkTo(first.id) : null,
        test: false,
      });
    }
    return { over, notifications };
  }

  #linkTo(id: string): string | null {
    return this.#deps.notify.assetUrl?.replaceAll('{id}', encodeURIComponent(id)) ?? null;
  }

  /** What nobody hears of just now: silenced, inhibited, part of a composite, or on a ladder that somebody stands in front of. */
  async #muting(
    em: EntityManager,
    project: string,
    { inhibitions }: Routing,
    alerts: ReadonlyMap<string, Alert>,
    at: Date,
  ): Promise<(routed: RoutedGroup, alert: GroupedAlert) => boolean> {
    const silences = await silencesAt(em, project, at);
    const composites = await firingComposites(em, project);
    const firing = [...alerts.values()].filter(({ endedAt }) => endedAt === null).map(({ labels }) => labels);
    return ({ taken }, { id, labels, startedAtMs }) => {
      const alert = alerts.get(id);
      if (!alert) return true;
      if (silences.some((silence) => covers(silence, alert, at)) || isInhibited(inhibitions, firing, labels))
        return true;
      if (isSuppressed(alert, composites)) return true;
      if (taken.afterMs === null) return false;
      return isAcknowledged(alert, at) || at.getTime() - startedAtMs < taken.afterMs;
    };
  }

  /** Whether each receiver hears of ends. */
  async #receivers(project: string, groups: readonly RoutedGroup[]): Promise<ReadonlyMap<string, boolean>> {
    const names = [...new Set(groups.map(({ taken }) => taken.receiver))];
    const found = await findReceivers(this.#deps.db.pool, project, names);
    return new Map(found.map(({ name, sendResolved }) => [name, sendResolved]));
  }
}

/** What fires, and what groups still hold. */
async function knownAlerts(
  em: EntityManager,
  project: string,
  groups: ReadonlyMap<string, RoutedGroup>,
): Promise<Map<string, Alert>> {
  const alerts = new Map((await firingAlerts(em, project)).map((alert) => [alertUrn.format(alert), alert]));
  const held = [...groups.values()]
    .flatMap(({ group }) => group.alerts.map(({ id }) => id))
    .filter((id) => !alerts.has(id));
  const keys = [...new Set(held)].map((id) => alertUrn.parse(project, id, 'alert'));
  for (const alert of await findAlerts(em, project, keys)) alerts.set(alertUrn.format(alert), alert);
  return alerts;
}

/** Puts each alert where its routes say, as it is now; which groups changed. */
function arrive(
  routing: Routing,
  groups: Map<string, RoutedGroup>,
  alerts: ReadonlyMap<string, Alert>,
  atMs: number,
): Set<string> {
  const changed = new Set<string>();
  for (const [id, alert] of alerts) {
    const grouped: GroupedAlert = {
      id,
      labels: alert.labels,
      startedAtMs: (alert.firedAt ?? alert.activeAt).getTime(),
      endedAtMs: alert.endedAt === null ? null : alert.endedAt.getTime(),
    };
    for (const routed of placed(routing, groups, grouped, atMs)) {
      const before = groups.get(routed.key)?.group;
      groups.set(routed.key, routed);
      if (!before || JSON.stringify(before) !== JSON.stringify(routed.group)) changed.add(routed.key);
    }
    endElsewhere(groups, changed, grouped);
  }
  return changed;
}

/** Groups of routes that are no more hear of the end as well. */
function endElsewhere(groups: Map<string, RoutedGroup>, changed: Set<string>, alert: GroupedAlert): void {
  if (alert.endedAtMs === null) return;
  for (const [key, routed] of groups) {
    const held = routed.group.alerts.find(({ id, endedAtMs }) => id === alert.id && endedAtMs === null);
    if (!held) continue;
    const others = routed.group.alerts.filter(({ id }) => id !== alert.id);
    groups.set(key, { ...routed, group: { ...routed.group, alerts: [...others, alert] } });
    changed.add(key);
  }
}

const notifiedAlertOf = (alert: Alert): NotifiedAlert => ({
  id: alertUrn.format(alert),
  status: alert.endedAt === null ? 'firing' : 'resolved',
  labels: alert.labels,
  annotations: alert.annotations,
  fingerprint: alert.fingerprint,
  value: alert.value,
  startsAt: (alert.firedAt ?? alert.activeAt).toISOString(),
  endsAt: alert.endedAt?.toISOString() ?? null,
});
