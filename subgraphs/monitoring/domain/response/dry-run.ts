import type { Incident } from '../incident/incident.ts';
import type { TimeWindow } from '../time-window.ts';
import { brakesOn, breakerOpens, type Situation } from './brakes.ts';
import type { PolicyDefinition } from './definition.ts';
import type { PastTrouble, PastTroubles } from './past-troubles.ts';
import { actionText } from './run.ts';

export const DRY_RUN_OUTCOMES = ['ACTED', 'HELD', 'LAPSED', 'BREAKER_OPENED'] as const;

/** What a policy would have done about one incident, or about one time at which its condition on indicators held. */
export interface DryRunFinding {
  /** Null: indicators showed it. */
  readonly incident: string | null;
  readonly at: Date;
  readonly outcome: (typeof DRY_RUN_OUTCOMES)[number];
  readonly text: string;
}

/** Everything that was, as a policy would have looked at it. */
export interface Past extends TimeWindow {
  readonly incidents: readonly Incident[];
  readonly troubles: PastTroubles;
}

const MOST_LOOKS = 20_000;
const MINUTE_MS = 60_000;

/** How often a dry run looks: every minute, or 20,000 times where the time is longer; milliseconds. */
export const dryRunStep = ({ from, to }: TimeWindow): number =>
  Math.max(1, Math.ceil((to.getTime() - from.getTime()) / MOST_LOOKS / MINUTE_MS)) * MINUTE_MS;

/**
 * A policy against what was. What is not kept of the past holds nothing back: who held the traffic, how many predictions
 * there were, what other policies did. `pass` lets others have their turn.
 */
export async function dryRunOf(
  definition: PolicyDefinition,
  { from, to, incidents, troubles }: Past,
  pass: () => Promise<void>,
): Promise<readonly DryRunFinding[]> {
  const stepMs = dryRunStep({ from, to });
  const found: DryRunFinding[] = [];
  const acted: Date[] = [];
  const done = new Set<string>();
  const waiting = new Map<string, { readonly trouble: PastTrouble; readonly held: string }>();
  const note = ({ incident, text: shown }: PastTrouble, at: Date, outcome: DryRunFinding['outcome'], text: string) => {
    found.push({ incident, at, outcome, text: shown === null ? text : `${text}; ${shown}` });
  };
  for (let ms = from.getTime(); ms <= to.getTime(); ms += stepMs) {
    await pass();
    const at = new Date(ms);
    const open = incidents.filter(
      ({ startedAt, lastAt, status }) => startedAt <= at && (status === 'OPEN' || lastAt > at),
    );
    const now = troubles(at, open);
    for (const [key, { trouble }] of waiting) {
      if (now.some((one) => one.key === key)) continue;
      waiting.delete(key);
      note(trouble, at, 'LAPSED', 'its trigger no longer holds');
    }
    for (const trouble of now) {
      const { key } = trouble;
      if (done.has(key)) continue;
      const situation: Situation = { at, incidents: open, acted, underWay: null, predictions: null, holder: null };
      const held = brakesOn(definition, situation).join('; ');
      if (held !== '') {
        if (waiting.get(key)?.held !== held) note(trouble, at, 'HELD', held);
        waiting.set(key, { trouble, held });
        continue;
      }
      const opens = breakerOpens(definition, situation);
      if (opens !== null) {
        note(trouble, at, 'BREAKER_OPENED', opens);
        return found;
      }
      waiting.delete(key);
      done.add(key);
      acted.push(at);
      note(trouble, at, 'ACTED', `${definition.level}: ${actionText(definition.action, definition.deployment)}`);
    }
  }
  return found;
}
