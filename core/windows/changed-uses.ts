import type { LogSide, WindowState } from './state.ts';
import type { WindowPlan } from './plan.ts';
import type { WindowEvent } from './window.ts';

/** A value of a column, which entities share that used it. */
export interface SharedValue {
  readonly column: number;
  readonly value: string;
}

/** The columns through which networks of a plan go, each once. */
const throughColumns = ({ networks }: WindowPlan): number[] => [
  ...new Set(networks.map(({ through }) => through.index)),
];

/**
 * Applies an event to its entity, and hands over each shared value whose last use by the entity may be another now: that of
 * the event, and that of the version before it. Answers whether the event went in.
 */
export function applyWithUses(
  state: WindowState,
  plan: WindowPlan,
  { event, side }: { readonly event: WindowEvent; readonly side: LogSide },
  changed: (shared: SharedValue) => void,
): boolean {
  const columns = throughColumns(plan);
  const before = columns.length > 0 && event.id !== null ? state.versionOf(event.id) : undefined;
  if (!state.apply(event, side)) return false;
  for (const column of columns) {
    const values = new Set([event, before].map((one) => one?.values[column] ?? null));
    for (const value of values) if (value !== null) changed({ column, value: String(value) });
  }
  return true;
}
