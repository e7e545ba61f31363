import { decodeBlock } from '../codec/decode-block.ts';
import { featureStatus, type FeatureStatus } from '../codec/feature-status.ts';
import { jsonOf, type JsonScalar } from '../codec/json-value.ts';
import type { FeatureValue } from '../codec/layout.ts';
import type { NetworkCounts, NetworkFunction } from '../windows/network.ts';
import type { ReadPlan } from './read-plan.ts';

/** What the store has of one entity in one view. */
export interface Found {
  readonly block: Uint8Array | null;
  readonly windows: readonly FeatureValue[] | null;
  readonly networks: readonly NetworkCounts[] | null;
}

/** The features of one entity, in the order of the plan. */
export interface AnswerRow {
  readonly values: JsonScalar[];
  readonly statuses: FeatureStatus[];
  readonly agesMs: (number | null)[];
  readonly cut: boolean[];
}

/** As a feature server answers, wherever the store is read from. */
export function rowOf(
  plan: ReadPlan,
  foundInViews: readonly Found[],
  nowMs: number,
  includeExpired: boolean,
): AnswerRow {
  const row: AnswerRow = { values: [], statuses: [], agesMs: [], cut: [] };
  plan.views.forEach(({ layout, ttlMs, wanted }, i) => {
    const { block, windows, networks } = foundInViews[i] ?? NOTHING;
    const decoded = block && decodeBlock(block, layout);
    const stored = decoded?.status === 'OK' ? decoded : null;
    // The store forgets it about then, sooner or later: the answer does not depend on when.
    const found = stored && !isForgotten(stored.eventTimeMs, nowMs, ttlMs) ? stored : null;
    for (const { of, index } of wanted) {
      if (of === 'BLOCK') {
        const value = found?.values[index] ?? null;
        const { status, ageMs } = featureStatus(found?.eventTimeMs ?? null, nowMs, ttlMs, value === null);
        const shown = status === 'PRESENT' || (includeExpired && status === 'OUTSIDE_MAX_AGE');
        add(row, { value: shown ? value : null, status, ageMs });
      } else if (of === 'WINDOWS') {
        add(row, computed(windows, windows?.[index] ?? null));
      } else {
        const counts = networks?.[index];
        add(row, computed(networks, counts ? COUNTED[of](counts) : null), counts?.cut);
      }
    }
  });
  return row;
}

const NOTHING: Found = { block: null, windows: null, networks: null };

interface Cell {
  readonly value: FeatureValue;
  readonly status: FeatureStatus;
  readonly ageMs: number | null;
}

function add(row: AnswerRow, { value, status, ageMs }: Cell, cut = false): void {
  row.values.push(jsonOf(value));
  row.statuses.push(status);
  row.agesMs.push(ageMs);
  row.cut.push(cut);
}

/** It is as of the moment of the question, so it has no age that a TTL could end. */
const computed = (found: unknown, value: FeatureValue): Cell => ({
  value,
  status: !found ? 'NOT_FOUND' : value === null ? 'NULL_VALUE' : 'PRESENT',
  ageMs: found ? 0 : null,
});

const COUNTED: Readonly<Record<NetworkFunction, (counts: NetworkCounts) => FeatureValue>> = {
  OTHERS: ({ others }) => BigInt(others),
  BAD_OTHERS: ({ bad }) => BigInt(bad),
  CUT: ({ cut }) => cut,
};

/** After two TTLs nobody needs to be told any more that a value is too old. */
const isForgotten = (eventTimeMs: number, nowMs: number, ttlMs: number): boolean =>
  ttlMs > 0 && nowMs - eventTimeMs > 2 * ttlMs;
