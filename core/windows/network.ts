import type { FeatureValue } from '../codec/layout.ts';
import { compareUtf8 } from './compare-utf8.ts';
import type { WindowColumn } from './window.ts';

export const NETWORK_FUNCTIONS = ['OTHERS', 'BAD_OTHERS', 'CUT'] as const;
export type NetworkFunction = (typeof NETWORK_FUNCTIONS)[number];

/** Who counts as bad: whoever has an event of one of these categories in [tail, at). */
export interface BadMark {
  readonly column: WindowColumn;
  readonly oneOf: readonly FeatureValue[];
  readonly windowMs: number;
  readonly hopMs: number;
}

/**
 * The others of an entity: who used, in [tail, at), a value of a column that it used then as well. At most `limit` values are
 * followed, and at most `limit` others looked at: those that were used, or used one, last.
 */
export interface Network {
  readonly through: WindowColumn;
  readonly windowMs: number;
  readonly hopMs: number;
  readonly limit: number;
  readonly bad: BadMark | null;
}

export interface NetworkCounts {
  readonly others: number;
  /** How many of them are bad; 0 where nothing says who is. */
  readonly bad: number;
  /** Whether there were more values or others than the limit. */
  readonly cut: boolean;
}

/** What an entity has that nobody has heard of. */
export const NO_OTHERS: NetworkCounts = { others: 0, bad: 0, cut: false };

/** An entity or a value, and when it last was used or used one. */
export interface LastUse {
  readonly name: string;
  readonly ms: number;
}

/** The latest come first; what came at the same moment by its bytes, backwards, as Redis has it. */
export const compareUses = (a: LastUse, b: LastUse): number => b.ms - a.ms || compareUtf8(b.name, a.name);

/** The values that are followed, and whether there were more. */
export function followed(used: ReadonlyMap<string, number>, limit: number): { values: string[]; cut: boolean } {
  const latest = [...used].map(([name, ms]): LastUse => ({ name, ms })).toSorted(compareUses);
  return { values: latest.slice(0, limit).map(({ name }) => name), cut: latest.length > limit };
}

/** Each other once, at its last use of any value. */
export function othersOf(key: string, found: Iterable<LastUse>): LastUse[] {
  const others = new Map<string, number>();
  for (const { name, ms } of found) {
    if (name !== key && ms > (others.get(name) ?? -Infinity)) others.set(name, ms);
  }
  return [...others].map(([name, ms]) => ({ name, ms })).toSorted(compareUses);
}
