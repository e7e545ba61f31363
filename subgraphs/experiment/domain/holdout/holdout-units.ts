import { inNamespace } from '../../../../core/assignment/namespace.ts';
import type { UnitEvent } from '../../../../schema/unit-event.ts';
import type { Trust } from '../trust.ts';
import type { Holdout } from './holdout.ts';

/** The two sides of a holdout. */
export const HELD = 'held';
export const OTHERS = 'others';

/** Under what the units of a holdout are kept beside those of experiments: no name of an experiment has a colon. */
export const holdoutKey = ({ name }: Pick<Holdout, 'name'>): string => `holdout:${name}`;

/** The units that these events say to be there, each on its side, while the holdout is active. */
export function unitsHeldBy(holdout: Holdout, trust: Trust, events: readonly UnitEvent[]) {
  const { project, unit: field, namespace, entry, createdAt, endedAt } = holdout;
  const slice = { id: namespace.name, from: namespace.from, to: namespace.to };
  return events
    .filter(({ name, unitField, occurredAt }) => {
      const at = Date.parse(occurredAt);
      return name === entry && unitField === field && at >= createdAt.getTime() && (!endedAt || at < endedAt.getTime());
    })
    .map(({ unit, occurredAt }) => ({
      project,
      experiment: holdoutKey(holdout),
      revision: 1,
      trust,
      unit,
      arm: inNamespace(unit, slice) ? HELD : OTHERS,
      occurredAt,
    }));
}
