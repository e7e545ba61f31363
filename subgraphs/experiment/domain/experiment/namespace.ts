import { Name } from '../../../../schema/common.ts';
import { refuse } from '../refuse.ts';

/** A slice of the units of a namespace: experiments in one namespace share its units out, so that none is in two of them. */
export interface NamespaceSlice {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What holds a slice. */
export interface Holder {
  readonly id: string;
  readonly unit: string;
  readonly slice: NamespaceSlice;
}

/** The finest step of the hash that namespaces go by. */
const STEP = 1e-3;

/** Throws INVALID_INPUT for a slice that holds no unit. */
export function checkSlice({ name, from, to }: NamespaceSlice): void {
  const checked = Name.safeParse(name);
  if (!checked.success) throw refuse('namespace.name', checked.error.issues[0]?.message ?? 'not a name');
  for (const [field, value] of Object.entries({ from, to })) {
    if (value >= 0 && value <= 1 && isStep(value)) continue;
    throw refuse(`namespace.${field}`, `is ${value}; allowed: 0 to 1 in steps of ${STEP}`);
  }
  if (from >= to) throw refuse('namespace.to', `is ${to}, which is not above from, ${from}`);
}

const isStep = (value: number): boolean => Math.abs(value / STEP - Math.round(value / STEP)) < 1e-9;

/** Throws INVALID_INPUT that names who holds a part of the slice, and what of the namespace is free. */
export function refuseOverlap({ unit, slice }: Omit<Holder, 'id'>, holders: readonly Holder[]): void {
  const other = holders.find((holder) => holder.unit !== unit);
  if (other) {
    throw refuse('unit', `${other.id} shares the namespace ${slice.name} by "${other.unit}", not by "${unit}"`, [
      other.unit,
    ]);
  }
  const clashes = holders.filter((holder) => slice.from < holder.slice.to && holder.slice.from < slice.to);
  if (clashes.length === 0) return;
  const held = clashes.map(({ id, slice: { from, to } }) => `${id} holds [${from}, ${to})`).join(', ');
  throw refuse(
    'namespace',
    `the slice [${slice.from}, ${slice.to}) of ${slice.name} is not free: ${held}`,
    free(holders),
  );
}

/** The slices of a namespace that nobody holds. */
function free(holders: readonly Holder[]): readonly string[] {
  const found: string[] = [];
  let at = 0;
  for (const { slice } of holders.toSorted((a, b) => a.slice.from - b.slice.from)) {
    if (slice.from > at) found.push(`[${at}, ${slice.from})`);
    at = Math.max(at, slice.to);
  }
  return at < 1 ? [...found, `[${at}, 1)`] : found;
}
