import { assign, type ArmRanges } from '../../../../core/assignment/assign.ts';
import { inNamespace, type Namespace } from '../../../../core/assignment/namespace.ts';
import { chiSquareSf } from '../../../../core/statistics/distributions/chi-square.ts';
import { refuse } from '../refuse.ts';
import { DomainError } from '../../../../core/errors.ts';
import { LEAST_PER_ARM, seedAt, type Balance, type Balanced } from './balance.ts';

/** What is known of a unit before the start. */
export interface KnownUnit {
  readonly unit: string;
  readonly value: number;
  /** Its value of the segment; empty: none was seen. */
  readonly stratum: string;
}

export interface Choosing {
  readonly balance: Balance;
  readonly from: string;
  readonly unit: string;
  readonly hashVersion: 1 | 2;
  readonly namespace: Namespace | null;
  /** The control first. */
  readonly arms: readonly ArmRanges[];
  readonly known: readonly KnownUnit[];
  readonly sampled: boolean;
}

/** How alike arms are under one seed. */
export interface Likeness {
  readonly units: Readonly<Record<string, number>>;
  readonly difference: number | null;
  readonly p: number | null;
}

/** Fewer of a value than that expected in some arm, and it is counted with the other rare ones. */
const LEAST_EXPECTED = 5;

const shareOfRanges = ({ ranges }: ArmRanges): number => ranges.reduce((sum, [from, to]) => sum + to - from, 0);

/**
 * The first seed of the row under which arms are alike, in the order that its number says: whoever has the same units finds the
 * same one. `pause` lets others work between two seeds. Throws FAILED_PRECONDITION where too few units are known, or no seed
 * is good enough: an experiment that asked for balance does not start without it.
 */
export async function chooseSeed(choosing: Choosing, pause: () => Promise<void> = async () => {}): Promise<Balanced> {
  const { balance, from, namespace, sampled, arms } = choosing;
  const known = namespace ? choosing.known.filter(({ unit }) => inNamespace(unit, namespace)) : choosing.known;
  checkKnown(known, arms, balance);
  const measure = likenessOf({ ...choosing, known });
  let closest: Likeness | null = null;
  for (let tried = 1; tried <= balance.tries; tried++) {
    const seed = seedAt(from, tried);
    const found = measure(seed);
    if (isAlike(balance, found)) return { ...balance, ...found, from, seed, tried, sampled };
    if (closest === null || distance(balance, found) < distance(balance, closest)) closest = found;
    await pause();
  }
  throw noSeed(balance, closest);
}

function checkKnown(known: readonly KnownUnit[], arms: readonly ArmRanges[], { days }: Balance): void {
  const least = Math.ceil(LEAST_PER_ARM / Math.min(...arms.map(shareOfRanges)));
  if (known.length >= least) return;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `balance: ${known.length} units are known from the last ${days} days; at least ${least} are needed, ${LEAST_PER_ARM} of the smallest arm: look further back, or create it without balance`,
    { field: 'balance', known: known.length, needed: least, allowed: ['a larger balance.days', 'no balance'] },
  );
}

function noSeed(balance: Balance, closest: Likeness | null): DomainError {
  const reached = [
    ...(closest?.difference == null
      ? []
      : [`a difference of ${closest.difference.toPrecision(3)} where ${balance.threshold} is allowed`]),
    ...(closest?.p == null ? [] : [`p = ${closest.p.toPrecision(3)} where ${balance.minP} is asked for`]),
  ];
  return new DomainError(
    'FAILED_PRECONDITION',
    `balance: none of ${balance.tries} seeds is good enough, the closest one has ${reached.join(' and ')}: allow more tries, a larger threshold or a smaller minP, or create it without balance`,
    {
      field: 'balance',
      difference: closest?.difference ?? null,
      p: closest?.p ?? null,
      allowed: ['more balance.tries', 'a larger balance.threshold', 'a smaller balance.minP', 'no balance'],
    },
  );
}

const isAlike = ({ threshold, minP }: Balance, { difference, p }: Likeness): boolean =>
  (difference === null || difference <= threshold) && (p === null || p >= minP);

/** How far a seed is from good enough. */
const distance = ({ threshold, minP }: Balance, { difference, p }: Likeness): number =>
  Math.max(difference === null ? 0 : difference / threshold, p === null ? 0 : (1 - p) / (1 - minP));

/** Measures seeds over the same units. Throws INVALID_INPUT where all have the same value: nothing is to be balanced. */
export function likenessOf({
  balance,
  known,
  arms,
  unit,
  hashVersion,
}: Pick<Choosing, 'balance' | 'known' | 'arms' | 'unit' | 'hashVersion'>): (seed: string) => Likeness {
  const names = arms.map(({ arm }) => arm);
  const deviation = balance.event === null ? 0 : deviationOf(known);
  if (balance.event !== null && deviation === 0) {
    throw refuse('balance.event', `all ${known.length} known units have the same value: there is nothing to balance`);
  }
  const strata = balance.segment === null ? null : strataOf(known, arms);
  return (seed) => {
    const allocation = { seed, hashAttribute: unit, hashVersion, arms };
    const counts = names.map(() => 0);
    const sums = names.map(() => 0);
    const cells = Array.from({ length: strata?.count ?? 0 }, () => names.map(() => 0));
    for (const [i, { unit: id, value }] of known.entries()) {
      const { arm } = assign(allocation, id);
      const at = arm === null ? -1 : names.indexOf(arm);
      if (at < 0) continue;
      counts[at] = (counts[at] ?? 0) + 1;
      sums[at] = (sums[at] ?? 0) + value;
      const cell = cells[strata?.of[i] ?? 0];
      if (cell) cell[at] = (cell[at] ?? 0) + 1;
    }
    return {
      units: Object.fromEntries(names.map((name, at) => [name, counts[at] ?? 0])),
      difference: balance.event === null ? null : largestDifference(counts, sums, deviation),
      p: strata && fitOf(cells, arms),
    };
  };
}

/** Of all known units, so that it is the same for every seed. */
function deviationOf(known: readonly KnownUnit[]): number {
  const mean = known.reduce((sum, { value }) => sum + value, 0) / known.length;
  return Math.sqrt(known.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / known.length);
}

/** Of each arm's mean from the control's; an arm without a unit is as far away as can be. */
function largestDifference(counts: readonly number[], sums: readonly number[], deviation: number): number {
  if (counts.includes(0)) return Infinity;
  const [control = 0, ...others] = counts.map((n, at) => (sums[at] ?? 0) / n);
  return Math.max(...others.map((mean) => Math.abs(mean - control) / deviation));
}

/** Which value each unit has, by number; values too rare to be looked at by themselves are the last one. */
function strataOf(known: readonly KnownUnit[], arms: readonly ArmRanges[]) {
  const smallest = Math.min(...arms.map(shareOfRanges));
  const sizes = new Map<string, number>();
  for (const { stratum } of known) sizes.set(stratum, (sizes.get(stratum) ?? 0) + 1);
  const common = [...sizes].filter(([, size]) => size * smallest >= LEAST_EXPECTED).map(([value]) => value);
  const numbers = new Map(common.map((value, i) => [value, i]));
  return { count: common.length + 1, of: known.map(({ stratum }) => numbers.get(stratum) ?? common.length) };
}

/** Whether the units of each value are divided as the split says. */
function fitOf(cells: readonly (readonly number[])[], arms: readonly ArmRanges[]): number {
  const shares = arms.map(shareOfRanges);
  const all = shares.reduce((sum, share) => sum + share, 0);
  let statistic = 0;
  let used = 0;
  for (const cell of cells) {
    const size = cell.reduce((sum, n) => sum + n, 0);
    if (size === 0) continue;
    used += 1;
    for (const [at, n] of cell.entries()) {
      const expected = (size * (shares[at] ?? 0)) / all;
      statistic += (n - expected) ** 2 / expected;
    }
  }
  return used === 0 ? 0 : chiSquareSf(statistic, used * (arms.length - 1));
}
