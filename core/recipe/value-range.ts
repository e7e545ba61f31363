import type { ScalarType } from '../expression/expression.ts';

interface Bound {
  readonly value: number;
  /** The bound itself is left out. */
  readonly isOpen: boolean;
}

/** The values that a condition leaves to one name: between two bounds, among some, or both. */
export interface Range {
  readonly least?: Bound;
  readonly most?: Bound;
  readonly among?: readonly (number | string | boolean)[];
}

/** What both leave. */
export function narrowed(one: Range | undefined, other: Range): Range {
  if (!one) return other;
  const { among } = other;
  const options = one.among && among ? one.among.filter((option) => among.includes(option)) : (one.among ?? among);
  const least = [one.least, other.least]
    .filter((bound) => bound !== undefined)
    .sort(byLeast)
    .at(-1);
  const most = [one.most, other.most].filter((bound) => bound !== undefined).sort(byMost)[0];
  return { ...(least && { least }), ...(most && { most }), ...(options && { among: options }) };
}

/** The tighter bound from below stands last. */
const byLeast = (a: Bound, b: Bound): number => a.value - b.value || Number(a.isOpen) - Number(b.isOpen);
/** The tighter bound from above stands first. */
const byMost = (a: Bound, b: Bound): number => a.value - b.value || Number(b.isOpen) - Number(a.isOpen);

/** Whether no value of the type is left. */
export function isEmpty(range: Range, type: ScalarType): boolean {
  const { least, most, among } = range;
  if (among) return !among.some((option) => isBetween(option, range));
  if (!least || !most) return false;
  if (type === 'int') return firstAbove(least) > -firstAbove({ value: -most.value, isOpen: most.isOpen });
  return least.value > most.value || (least.value === most.value && (least.isOpen || most.isOpen));
}

/** The smallest whole number that a lower bound leaves. */
const firstAbove = ({ value, isOpen }: Bound): number => (isOpen ? Math.floor(value) + 1 : Math.ceil(value));

/** Whether each value that `inner` leaves is one that `outer` leaves. */
export function isWithin(inner: Range, outer: Range): boolean {
  if (inner.among) {
    return inner.among.filter((option) => isBetween(option, inner)).every((option) => holds(option, outer));
  }
  if (outer.among) return false;
  const lowEnough = !outer.least || (inner.least !== undefined && byLeast(inner.least, outer.least) >= 0);
  const highEnough = !outer.most || (inner.most !== undefined && byMost(inner.most, outer.most) <= 0);
  return lowEnough && highEnough;
}

const holds = (option: number | string | boolean, range: Range): boolean =>
  isBetween(option, range) && (range.among?.includes(option) ?? true);

function isBetween(option: number | string | boolean, { least, most }: Range): boolean {
  if (typeof option !== 'number') return true;
  if (least && (option < least.value || (least.isOpen && option === least.value))) return false;
  return !(most && (option > most.value || (most.isOpen && option === most.value)));
}
