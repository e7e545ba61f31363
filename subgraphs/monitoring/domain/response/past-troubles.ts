import type { SeenSeries } from '../alert/alert-evaluation.ts';
import type { Incident } from '../incident/incident.ts';
import type { AlertTrigger, IndicatorTrigger, PolicyDefinition } from './definition.ts';
import { matchedAlerts } from './trigger.ts';
import { holds, seriesAbout, shownBy, stepWatch, type Watch } from './watch.ts';

/** What a policy would have acted on at an instant. */
export interface PastTrouble {
  /** Tells it from the others: an incident, or one time at which a condition on indicators held. */
  readonly key: string;
  /** Null: indicators show it. */
  readonly incident: string | null;
  /** What shows it, where no incident says so. */
  readonly text: string | null;
}

/** Asked once per instant, in their order. */
export type PastTroubles = (at: Date, open: readonly Incident[]) => readonly PastTrouble[];

/** Incidents in which alerts fired that a trigger looks at. */
export const incidentsThatWere =
  (deployment: string, trigger: AlertTrigger): PastTroubles =>
  (at, open) =>
    open
      .filter((incident) => matchedAlerts({ deployment, trigger }, incident, at).length > 0)
      .map(({ id }) => ({ key: id, incident: id, text: null }));

/** The times at which a condition held, by what it gave at each instant. */
export function conditionThatHeld(
  project: string,
  definition: Pick<PolicyDefinition, 'deployment' | 'action'>,
  trigger: IndicatorTrigger,
  seenNext: () => readonly SeenSeries[],
): PastTroubles {
  let watch: Watch | null = null;
  let since = '';
  return (at) => {
    const held = watch !== null && holds(watch);
    watch = stepWatch(watch, trigger, seriesAbout(project, definition, trigger, seenNext()), at);
    if (!holds(watch)) return [];
    if (!held) since = at.toISOString();
    return [{ key: since, incident: null, text: shownBy(watch).text }];
  };
}
