import { BlockReader } from '../codec/block-reader.ts';
import { featureStatus, type FeatureStatus } from '../codec/feature-status.ts';
import { jsonOf, type JsonScalar } from '../codec/json-value.ts';
import type { FeatureValue } from '../codec/layout.ts';
import type { NetworkCounts, NetworkFunction } from '../windows/network.ts';
import type { ReadPlan, ViewPlan } from './read-plan.ts';

/** What the store has of one entity, view by view in the order of the plan; null where it has nothing. */
export interface Found {
  block(view: number): Uint8Array | null;
  windows(view: number): readonly FeatureValue[] | null;
  networks(view: number): readonly NetworkCounts[] | null;
}

/** The features of one entity, in the order of the plan. */
export interface AnswerRow {
  readonly values: JsonScalar[];
  readonly statuses: FeatureStatus[];
  readonly agesMs: (number | null)[];
  /** Null where no network was cut. */
  readonly cut: boolean[] | null;
}

/** As a feature server answers, wherever the store is read from. */
export function rowOf(plan: ReadPlan, found: Found, nowMs: number, includeExpired: boolean): AnswerRow {
  const values: JsonScalar[] = [];
  const statuses: FeatureStatus[] = [];
  const agesMs: (number | null)[] = [];
  let cut: boolean[] | null = null;
  const add = (value: FeatureValue, status: FeatureStatus, ageMs: number | null): void => {
    values.push(jsonOf(value));
    statuses.push(status);
    agesMs.push(ageMs);
  };
  /** It is as of the moment of the question, so it has no age that a TTL could end. */
  const addComputed = (of: unknown, value: FeatureValue): void =>
    add(value, !of ? 'NOT_FOUND' : value === null ? 'NULL_VALUE' : 'PRESENT', of ? 0 : null);

  for (const [i, view] of plan.views.entries()) {
    const reader = readerOf(view);
    const block = reader && readBlock(reader, found.block(i), nowMs, view.ttlMs);
    const { status, ageMs } = featureStatus(block?.eventTimeMs ?? null, nowMs, view.ttlMs, false);
    const isShown = status === 'PRESENT' || (includeExpired && status === 'OUTSIDE_MAX_AGE');
    for (const { of, index } of view.wanted) {
      if (of === 'BLOCK') {
        const value = block?.values[index] ?? null;
        add(isShown ? value : null, status === 'PRESENT' && value === null ? 'NULL_VALUE' : status, ageMs);
      } else if (of === 'WINDOWS') {
        const windows = found.windows(i);
        addComputed(windows, windows?.[index] ?? null);
      } else {
        const networks = found.networks(i);
        const counts = networks?.[index];
        if (counts?.cut) (cut ??= plan.names.map(() => false))[values.length] = true;
        addComputed(networks, counts ? COUNTED[of](counts) : null);
      }
    }
  }
  return { values, statuses, agesMs, cut };
}

const COUNTED: Readonly<Record<NetworkFunction, (counts: NetworkCounts) => FeatureValue>> = {
  OTHERS: ({ others }) => BigInt(others),
  BAD_OTHERS: ({ bad }) => BigInt(bad),
  CUT: ({ cut }) => cut,
};

/** The reader with what the block holds; null where there is nothing to be found in it, or nothing any more. */
function readBlock(reader: BlockReader, block: Uint8Array | null, nowMs: number, ttlMs: number): BlockReader | null {
  if (!block || reader.read(block) !== 'OK') return null;
  // The store forgets it about then, sooner or later: the answer does not depend on when.
  return isForgotten(reader.eventTimeMs, nowMs, ttlMs) ? null : reader;
}

/** After two TTLs nobody needs to be told any more that a value is too old. */
const isForgotten = (eventTimeMs: number, nowMs: number, ttlMs: number): boolean =>
  ttlMs > 0 && nowMs - eventTimeMs > 2 * ttlMs;

/** Whether something in the blocks of a view is wanted at all. */
export const wantsBlock = (view: ViewPlan): boolean => readerOf(view) !== null;

const readers = new WeakMap<ViewPlan, BlockReader | null>();

/** Made once for each plan; null where nothing of its blocks is wanted. */
function readerOf(view: ViewPlan): BlockReader | null {
  let reader = readers.get(view);
  if (reader === undefined) {
    const wanted = view.wanted.filter(({ of }) => of === 'BLOCK').map(({ index }) => index);
    reader = wanted.length === 0 ? null : new BlockReader(view.layout, wanted);
    readers.set(view, reader);
  }
  return reader;
}
