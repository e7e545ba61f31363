import type { Labels } from '../../../../core/promql/labels.ts';
import { meets, type LabelMatcher } from './matcher.ts';

/** Where alerts go, and how they are put together: a tree, as in Alertmanager. What is null is the parent's. */
export interface Route {
  readonly receiver: string | null;
  readonly matchers: readonly LabelMatcher[];
  /** Alerts with equal values of these labels are one notification; `...` stands for all labels. */
  readonly groupBy: readonly string[] | null;
  readonly groupWaitMs: number | null;
  readonly groupIntervalMs: number | null;
  readonly repeatIntervalMs: number | null;
  /** Whether the routes after this one are asked too. */
  readonly continue: boolean;
  /** Who is notified of an alert that nobody has acknowledged for so long; null: the parent's. */
  readonly escalation: readonly EscalationStep[] | null;
  readonly routes: readonly Route[];
}

/** One step of a ladder. */
export interface EscalationStep {
  readonly afterMs: number;
  readonly receiver: string;
}

/** A route that took an alert, with all that it says or inherits. */
export interface MatchedRoute {
  /** Its place in the tree, such as `0/2`: what tells groups of two routes apart. */
  readonly path: string;
  readonly receiver: string;
  readonly groupBy: readonly string[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  /** Of a step of a ladder: it hears of an alert that fires for so long and is not acknowledged. Null: of no step. */
  readonly afterMs: number | null;
}

export const ALL_LABELS = '...';

const DEFAULTS: Omit<MatchedRoute, 'path' | 'receiver'> = {
  groupBy: [],
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * 60_000,
  repeatIntervalMs: 4 * 3_600_000,
  afterMs: null,
};
/** A ladder is climbed to the minute, however seldom its route speaks. */
const LADDER_INTERVAL_MS = 60_000;

/** The routes that take an alert: the first that matches, deepest, and further ones where it continues. */
export const routesFor = (root: Route, labels: Labels): readonly MatchedRoute[] =>
  taking(root, labels, { path: '0', receiver: '', ladder: [], ...DEFAULTS }).flatMap(({ ladder, ...taken }) => [
    taken,
    ...ladder.map(({ afterMs, receiver }, i) => ({
      ...taken,
      path: `${taken.path}!${i}`,
      receiver,
      afterMs,
      groupWaitMs: afterMs,
      groupIntervalMs: Math.min(taken.groupIntervalMs, LADDER_INTERVAL_MS),
    })),
  ]);

type LadderRoute = MatchedRoute & { readonly ladder: readonly EscalationStep[] };

function taking(route: Route, labels: Labels, parent: LadderRoute): readonly LadderRoute[] {
  if (!meets(labels, route.matchers)) return [];
  const own: LadderRoute = {
    path: parent.path,
    receiver: route.receiver ?? parent.receiver,
    groupBy: route.groupBy ?? parent.groupBy,
    groupWaitMs: route.groupWaitMs ?? parent.groupWaitMs,
    groupIntervalMs: route.groupIntervalMs ?? parent.groupIntervalMs,
    repeatIntervalMs: route.repeatIntervalMs ?? parent.repeatIntervalMs,
    afterMs: null,
    ladder: route.escalation ?? parent.ladder,
  };
  const taken: LadderRoute[] = [];
  for (const [i, child] of route.routes.entries()) {
    const found = taking(child, labels, { ...own, path: `${own.path}/${i}` });
    taken.push(...found);
    if (found.length > 0 && !child.continue) break;
  }
  return taken.length > 0 ? taken : [own];
}

/** The labels that a group's alerts share. */
export const groupLabelsOf = ({ groupBy }: MatchedRoute, labels: Labels): Labels =>
  groupBy.includes(ALL_LABELS)
    ? labels
    : Object.fromEntries(
        groupBy.filter((name) => (labels[name] ?? '') !== '').map((name) => [name, labels[name] ?? '']),
      );

/** All receivers that a tree names. */
export const receiversOf = ({ receiver, escalation, routes }: Route): readonly string[] => [
  ...(receiver === null ? [] : [receiver]),
  ...(escalation ?? []).map((step) => step.receiver),
  ...routes.flatMap(receiversOf),
];
