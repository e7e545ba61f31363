import type { Incident } from '../incident/incident.ts';
import { brakesOn, breakerOpens, type Situation } from './brakes.ts';
import { DomainError } from '../../../../core/errors.ts';
import type { PolicyDefinition } from './definition.ts';
import { actionText } from './run.ts';
import { matchedAlerts } from './trigger.ts';

export const DRY_RUN_OUTCOMES = ['ACTED', 'HELD', 'LAPSED', 'BREAKER_OPENED'] as const;

/** What a policy would have done about one incident. */
export interface DryRunFinding {
  readonly incident: string;
  readonly at: Date;
  readonly outcome: (typeof DRY_RUN_OUTCOMES)[number];
  readonly text: string;
}

const MOST_LOOKS = 20_000;
const MINUTE_MS = 60_000;

/**
 * A policy against incidents that were, looked at every minute, or 20,000 times where the time is longer. What is not kept of
 * the past holds nothing back: who held the traffic, how many predictions there were, what other policies did.
 */
export function dryRunOf(
  { trigger, ...others }: PolicyDefinition,
  incidents: readonly Incident[],
  { from, to }: { readonly from: Date; readonly to: Date },
): readonly DryRunFinding[] {
  if ('expression' in trigger) {
    const message =
      'definition.trigger.expression: a dry run looks at incidents; query_range shows when it would have held';
    throw new DomainError('INVALID_INPUT', message, { field: 'definition.trigger.expression' });
  }
  const definition = { ...others, trigger };
  const stepMs = Math.max(1, Math.ceil((to.getTime() - from.getTime()) / MOST_LOOKS / MINUTE_MS)) * MINUTE_MS;
  const found: DryRunFinding[] = [];
  const acted: Date[] = [];
  const done = new Set<string>();
  const waiting = new Map<string, string>();
  const note = (incident: string, at: Date, outcome: DryRunFinding['outcome'], text: string): void => {
    found.push({ incident, at, outcome, text });
  };
  for (let ms = from.getTime(); ms <= to.getTime(); ms += stepMs) {
    const at = new Date(ms);
    const open = incidents.filter(
      ({ startedAt, lastAt, status }) => startedAt <= at && (status === 'OPEN' || lastAt > at),
    );
    for (const [id] of waiting) {
      const incident = open.find((one) => one.id === id);
      if (incident && matchedAlerts(definition, incident, at).length > 0) continue;
      waiting.delete(id);
      note(id, at, 'LAPSED', 'its trigger no longer holds');
    }
    for (const incident of open) {
      if (done.has(incident.id) || matchedAlerts(definition, incident, at).length === 0) continue;
      const situation: Situation = { at, incidents: open, acted, underWay: null, predictions: null, holder: null };
      const held = brakesOn(definition, situation).join('; ');
      if (held !== '') {
        if (waiting.get(incident.id) !== held) note(incident.id, at, 'HELD', held);
        waiting.set(incident.id, held);
        continue;
      }
      const opens = breakerOpens(definition, situation);
      if (opens !== null) {
        note(incident.id, at, 'BREAKER_OPENED', opens);
        return found;
      }
      waiting.delete(incident.id);
      done.add(incident.id);
      acted.push(at);
      note(incident.id, at, 'ACTED', `${definition.level}: ${actionText(definition.action, definition.deployment)}`);
    }
  }
  return found;
}
