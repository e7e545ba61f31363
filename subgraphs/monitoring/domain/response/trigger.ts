import { ALERT_SEVERITIES } from '../alert/alert-rule.ts';
import type { Evidence, Incident } from '../incident/incident.ts';
import type { AlertTrigger } from './definition.ts';

interface Triggered {
  readonly deployment: string;
  readonly trigger: AlertTrigger;
}

const MINUTE_MS = 60_000;
/** What an alert about a deployment, or about a view or node that it needs, stands on. */
const groundOf = (deployment: string): string => `deployment ${deployment}`;

const fires = ({ firedAt, endedAt }: Evidence, at: Date): boolean =>
  new Date(firedAt) <= at && (endedAt === null || new Date(endedAt) > at);

/** Alerts of an incident that fire at an instant and that the trigger looks at; none where the trigger does not hold. */
export function matchedAlerts(
  { deployment, trigger }: Triggered,
  { evidence }: Incident,
  at: Date,
): readonly Evidence[] {
  const { rules, causes, severity, alerts, persistedMinutes } = trigger;
  const least = ALERT_SEVERITIES.indexOf(severity);
  const found = evidence.filter(
    (one) =>
      fires(one, at) &&
      one.standsOn.includes(groundOf(deployment)) &&
      (rules.length === 0 || rules.includes(one.scope.rule)) &&
      (causes.length === 0 || causes.includes(one.cause)) &&
      ALERT_SEVERITIES.indexOf(one.severity) >= least,
  );
  // So many have fired together since the last of the first so many began.
  const since = found.map(({ firedAt }) => new Date(firedAt).getTime()).toSorted((a, b) => a - b)[alerts - 1];
  return since !== undefined && at.getTime() - since >= persistedMinutes * MINUTE_MS ? found : [];
}

/** The incidents, of those given, in which features of the deployment are broken at an instant. */
export const pipelineFaults = (deployment: string, incidents: readonly Incident[], at: Date): readonly Incident[] =>
  incidents.filter(({ evidence }) => {
    const own = evidence.some((one) => fires(one, at) && one.standsOn.includes(groundOf(deployment)));
    return own && evidence.some((one) => fires(one, at) && one.cause === 'PIPELINE_FAULT');
  });

/** The features that alerts are about, as records name them. */
export const featuresOf = (alerts: readonly Evidence[]): readonly string[] =>
  [...new Set(alerts.flatMap(({ scope }) => scope.feature ?? []))].toSorted((a, b) => (a < b ? -1 : 1));
