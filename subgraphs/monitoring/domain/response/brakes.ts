import type { Incident } from '../incident/incident.ts';
import type { PolicyDefinition } from './definition.ts';
import { isQuiet } from './quiet-hours.ts';
import { pipelineFaults } from './trigger.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What is known at the moment at which a policy would act. */
export interface Situation {
  readonly at: Date;
  /** All that are open then. */
  readonly incidents: readonly Incident[];
  /** When this policy acted before, in any order. */
  readonly acted: readonly Date[];
  /** The run on the same deployment that is under way and is in the way; null: none. */
  readonly underWay: string | null;
  /** Predictions of enrolled nodes in the hours that the guard names; null: it is not known. */
  readonly predictions: number | null;
  /** Who holds the traffic; null: nobody, or it is not known. */
  readonly holder: string | null;
}

export const faultText = (incident: string): string =>
  `its features are broken (incident ${incident}): mend them first`;
export const underWayText = (run: string): string => `the run ${run} is under way on this deployment`;

/** Why a policy does nothing at a moment, in words; empty: nothing holds it back. */
export function brakesOn(definition: PolicyDefinition, situation: Situation): readonly string[] {
  const { deployment, guards, action, cooldownMinutes } = definition;
  const { at, predictions, holder, underWay } = situation;
  const quiet = guards.quietHours.find((one) => isQuiet(one, at));
  const [fault] = action.kind === 'RETRAIN' ? pipelineFaults(deployment, situation.incidents, at) : [];
  const last = situation.acted.toSorted((a, b) => b.getTime() - a.getTime()).find((one) => one <= at);
  const coolMs = last === undefined ? 0 : last.getTime() + cooldownMinutes * MINUTE_MS - at.getTime();
  const { leastPredictions: least } = guards;
  return [
    quiet && `quiet hours are from ${quiet.from} to ${quiet.to} ${quiet.timeZone}`,
    fault && faultText(fault.id),
    coolMs > 0 && last && `it acted at ${last.toISOString()}: the cooldown is ${cooldownMinutes} minutes`,
    underWay !== null && underWayText(underWay),
    guards.notWhileTrafficIsHeld && holder !== null && `${holder} holds the traffic`,
    least !== null &&
      predictions !== null &&
      predictions < least.count &&
      `${predictions} predictions in ${least.hours} h are fewer than ${least.count}`,
  ].filter((why) => typeof why === 'string');
}

/** Why the breaker opens rather than let the policy act once more; null: it stays closed. */
export function breakerOpens({ breaker }: Pick<PolicyDefinition, 'breaker'>, { at, acted }: Situation): string | null {
  const since = at.getTime() - breaker.hours * HOUR_MS;
  const lately = acted.filter((one) => one.getTime() > since && one <= at).length;
  return lately < breaker.actions ? null : `the breaker opened: ${lately} actions within ${breaker.hours} h`;
}
