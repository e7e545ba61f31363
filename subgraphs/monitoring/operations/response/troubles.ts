import type { EntityManager } from '@mikro-orm/postgresql';
import { PromqlError } from '../../../../core/promql/promql-error.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { AlertTrigger, IndicatorTrigger } from '../../domain/response/definition.ts';
import type { ResponsePolicy } from '../../domain/response/policy.ts';
import type { ResponseRun } from '../../domain/response/run.ts';
import { featuresOf, matchedAlerts } from '../../domain/response/trigger.ts';
import { holds, seriesAbout, shownBy, stepWatch, type Watch } from '../../domain/response/watch.ts';
import { readWatch, saveWatch } from '../../storage/response/policy.ts';
import type { MonitoringDeps } from '../deps.ts';
import { loadFor, observeExpression, type Watched } from '../observe.ts';

/** What a policy acts on at an instant, and its run about it where there is one. */
interface Trouble {
  /** Null: indicators show it. */
  readonly incident: string | null;
  readonly features: readonly string[];
  readonly text: string;
  readonly held: ResponseRun | undefined;
}

/** Incidents in which alerts fire that a trigger looks at. */
export const troublesIn = (
  deployment: string,
  trigger: AlertTrigger,
  incidents: readonly Incident[],
  runs: readonly ResponseRun[],
  at: Date,
): readonly Trouble[] =>
  incidents.flatMap((incident) => {
    const alerts = matchedAlerts({ deployment, trigger }, incident, at);
    if (alerts.length === 0) return [];
    const text = alerts.map(({ cause, text: said }) => `${cause} ${said}`).join('; ');
    const held = runs.find((run) => run.incident === incident.id);
    return [{ incident: incident.id, features: featuresOf(alerts), text, held }];
  });

/** As an alert rule that gives what meets its condition, and forgets a series that no longer does. */
export const watchedBy = ({ expression }: IndicatorTrigger): Watched => ({
  expression,
  delaySeconds: 0,
  noDataState: 'OK',
});

/**
 * What a condition on indicators shows: once when it begins to hold, then as long as it holds while its run is open. Where it
 * stands is kept with what comes of it, so that of two evaluators the second sees no beginning.
 */
export async function troubleShown(
  deps: MonitoringDeps,
  em: EntityManager,
  policy: ResponsePolicy,
  trigger: IndicatorTrigger,
  runs: readonly ResponseRun[],
  at: Date,
): Promise<readonly Trouble[]> {
  const { project, name } = policy;
  const before = await readWatch(em, project, name);
  const after = await steppedWatch(deps, policy, trigger, before, at);
  if (after === null) return [];
  await saveWatch(em, project, name, after);
  const held = runs.find(({ incident, state }) => incident === null && (state === 'WAITING' || state === 'ASKING'));
  const begins = before === null || !holds(before) || before.expression !== after.expression;
  if (!holds(after) || (held === undefined && !begins)) return [];
  return [{ incident: null, ...shownBy(after), held }];
}

/** What the data do not allow, as two series of one name, shows nothing; it is the policy's problem and nobody else's. */
async function steppedWatch(
  { db, log }: MonitoringDeps,
  { project, name, definition }: ResponsePolicy,
  trigger: IndicatorTrigger,
  before: Watch | null,
  at: Date,
): Promise<Watch | null> {
  const watched = watchedBy(trigger);
  try {
    const seen = observeExpression(watched, await loadFor(db.pool, project, [watched], at), at);
    return stepWatch(before, trigger, seriesAbout(project, definition, trigger, seen), at);
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    log.warn({ policy: name, reason: error.message }, 'the condition of a response policy could not be evaluated');
    return before;
  }
}
