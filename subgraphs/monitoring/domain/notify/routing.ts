import { keyOf } from '../../../../core/promql/labels.ts';
import type { Inhibition } from './inhibition.ts';
import { newGroup, withAlert, type AlertGroup, type GroupedAlert } from './group.ts';
import { groupLabelsOf, routesFor, type Route, type MatchedRoute } from './route.ts';

/** How a project tells people of its alerts. */
export interface Routing {
  readonly route: Route;
  readonly inhibitions: readonly Inhibition[];
}

/** What a project has said of it, as it was said. */
export interface AlertRouting {
  readonly project: string;
  /** In Alertmanager's form. */
  readonly text: string;
  readonly routing: Routing;
  readonly revision: number;
  readonly at: Date;
  readonly changedBy: string;
}

/** A group with the route that it belongs to. */
export interface RoutedGroup {
  readonly key: string;
  readonly taken: MatchedRoute;
  readonly group: AlertGroup;
}

/** The groups that an alert belongs to, with the alert as it is now. One that has ended makes no new group. */
export function placed(
  { route }: Routing,
  groups: ReadonlyMap<string, RoutedGroup>,
  alert: GroupedAlert,
  atMs: number,
): readonly RoutedGroup[] {
  return routesFor(route, alert.labels).flatMap((taken) => {
    const labels = groupLabelsOf(taken, alert.labels);
    const key = `${taken.path} ${taken.receiver} ${keyOf(labels)}`;
    const known = groups.get(key);
    if (!known && alert.endedAtMs !== null) return [];
    const group = known?.group ?? newGroup(labels, atMs, taken);
    return [{ key, taken, group: withAlert(group, alert, atMs, taken) }];
  });
}
