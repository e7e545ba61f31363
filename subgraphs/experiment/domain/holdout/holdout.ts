import { DomainError } from '../../../../core/errors.ts';
import { Name } from '../../../../schema/common.ts';
import { checkSlice, type NamespaceSlice } from '../experiment/namespace.ts';
import { checkSecondary, type MetricUse } from '../metric/metric.ts';
import { refuse } from '../refuse.ts';

export const HOLDOUT_STATUSES = ['ACTIVE', 'ENDED'] as const;
export type HoldoutStatus = (typeof HOLDOUT_STATUSES)[number];

/** Units of a namespace that no experiment in it gets: what all of them together do shows against these. */
export interface Holdout {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  /** The input field whose value is hashed. */
  readonly unit: string;
  readonly namespace: NamespaceSlice;
  /** The pushed event that says that a unit is there; null where nothing is reported. */
  readonly entry: string | null;
  /** What held out units are compared by with all others; of pushed events alone. */
  readonly metrics: readonly MetricUse[];
  readonly status: HoldoutStatus;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly endedAt: Date | null;
  /** Why it ended. */
  readonly reason: string | null;
  /** Grows with every change. */
  readonly revision: number;
}

/** A larger share says more, and keeps more units from what is better for them. */
const LARGEST = 0.5;

/** Throws INVALID_INPUT that names the field and what is allowed. */
export function checkHoldout({ name, unit, namespace, entry, metrics }: Holdout): void {
  const checked = Name.safeParse(name);
  if (!checked.success) throw refuse('name', checked.error.issues[0]?.message ?? 'not a name');
  if (unit.trim() === '' || unit.length > 256) throw refuse('unit', 'must have 1 to 256 characters');
  checkSlice(namespace);
  const share = namespace.to - namespace.from;
  if (share > LARGEST + 1e-9) {
    throw refuse('namespace.to', `holds out ${Number(share.toFixed(3))} of all units; allowed: up to ${LARGEST}`);
  }
  checkReported(entry, metrics);
}

function checkReported(entry: string | null, metrics: readonly MetricUse[]): void {
  if (entry !== null) {
    const checked = Name.safeParse(entry);
    if (!checked.success) throw refuse('entry', checked.error.issues[0]?.message ?? 'not a name');
  }
  if (entry === null && metrics.length > 0) {
    throw refuse('entry', 'metrics need it: the pushed event that says that a unit is there');
  }
  checkSecondary(metrics, 'metrics');
  for (const [i, { name, definition }] of metrics.entries()) {
    if (definition.event !== null) continue;
    throw refuse(`metrics.${i}.metric`, `${name} is not of pushed events: held out units have no answers here`);
  }
}

/** Its slice is free again. Throws INVALID_TRANSITION for one that has ended, INVALID_INPUT without a reason. */
export function endHoldout(holdout: Holdout, reason: string, at: Date): Holdout {
  if (holdout.status === 'ENDED') {
    throw new DomainError('INVALID_TRANSITION', 'the holdout has ended already', { from: 'ENDED', allowed: [] });
  }
  if (reason.trim() === '') throw refuse('reason', 'say why: it stays on record');
  return { ...holdout, status: 'ENDED', endedAt: at, reason, revision: holdout.revision + 1 };
}
