import { DomainError } from '../../../../core/errors.ts';
import { PromqlError } from '../../../../core/promql/promql-error.ts';
import { Turns } from '../../../shared/turns.ts';
import { readDefinition, type IndicatorTrigger, type PolicyDefinition } from '../../domain/response/definition.ts';
import { dryRunOf, dryRunStep, type DryRunFinding } from '../../domain/response/dry-run.ts';
import { conditionThatHeld, incidentsThatWere, type PastTroubles } from '../../domain/response/past-troubles.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import { incidentsBetween } from '../../storage/incident/incident.ts';
import type { MonitoringDeps } from '../deps.ts';
import { observeSteps } from '../observe.ts';

export interface DryRunPolicyInput extends TimeWindow {
  readonly definition: unknown;
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;
const EXPRESSION = 'definition.trigger.expression';

/** What a policy would have done in some time: about incidents, or about what its indicators showed. */
export async function dryRunPolicy(
  deps: MonitoringDeps,
  project: string,
  { definition: given, from, to }: DryRunPolicyInput,
): Promise<readonly DryRunFinding[]> {
  const definition = readDefinition(project, given);
  const ms = to.getTime() - from.getTime();
  if (!(ms > 0 && ms <= MOST_DAYS * DAY_MS)) {
    throw new DomainError('INVALID_INPUT', `to: lies after from, by at most ${MOST_DAYS} days`, { field: 'to' });
  }
  const { trigger, deployment } = definition;
  const onIndicators = 'expression' in trigger;
  if (onIndicators) refuseForgotten(deps, from);
  const troubles = onIndicators
    ? await indicatorsThatWere(deps, project, definition, trigger, { from, to })
    : incidentsThatWere(deployment, trigger);
  const incidents = await incidentsBetween(deps.db.pool, project, from, to);
  const turns = new Turns();
  try {
    return await dryRunOf(definition, { from, to, incidents, troubles }, () => turns.pass());
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    throw new DomainError('INVALID_INPUT', `${EXPRESSION}: ${error.message}`, { field: EXPRESSION });
  }
}

async function indicatorsThatWere(
  { db }: MonitoringDeps,
  project: string,
  definition: PolicyDefinition,
  trigger: IndicatorTrigger,
  { from, to }: TimeWindow,
): Promise<PastTroubles> {
  const query = { startMs: from.getTime(), endMs: to.getTime(), stepMs: dryRunStep({ from, to }) };
  const seenNext = await observeSteps(db.pool, project, trigger.expression, query);
  return conditionThatHeld(project, definition, trigger, seenNext);
}

/** A time of which no samples are kept would look like one in which all was well. */
function refuseForgotten({ sampleDays, now }: MonitoringDeps, from: Date): void {
  if (sampleDays === 0) return;
  const kept = new Date(now().getTime() - sampleDays * DAY_MS);
  if (from >= kept) return;
  const message = `from: indicators are kept for ${sampleDays} days (TIFFIN_SAMPLE_DAYS); allowed: ${kept.toISOString()} or later`;
  throw new DomainError('INVALID_INPUT', message, { field: 'from', allowed: { from: kept.toISOString() } });
}
