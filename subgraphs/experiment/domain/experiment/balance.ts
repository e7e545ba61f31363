import type { Experiment } from './experiment.ts';
import { MOST_DAYS } from './adjustment.ts';
import { Name } from '../../../../schema/common.ts';
import { refuse } from '../refuse.ts';
import { isSameSplit } from '../split.ts';
import type { Revision } from './revision.ts';

/** By what the seed is chosen when the experiment starts, so that arms are alike on what is known of units by then. */
export interface Balance {
  /** The sum of the values of a unit's pushed events of this name; null: balanced by the segment alone. */
  readonly event: string | null;
  /** A segment of the recipe: the values that earlier studies of the deployment saw; null: balanced by events alone. */
  readonly segment: string | null;
  /** How many days before the start units and what they did are looked for. */
  readonly days: number;
  /** The largest difference of an arm's mean from the control's, in standard deviations of all known units. */
  readonly threshold: number;
  /** Of the chi-square test that the values of the segment fit the split: the smallest p. */
  readonly minP: number;
  /** How many seeds are tried at most. */
  readonly tries: number;
}

/** Which seed was taken, of how many, and how alike arms are under it. */
export interface Balanced extends Balance {
  /** The seed with which the row of seeds began: the experiment's own. */
  readonly from: string;
  readonly seed: string;
  /** Which one of the row it is, from 1. */
  readonly tried: number;
  /** Known units by arm. */
  readonly units: Readonly<Record<string, number>>;
  /** Of more units than are looked at, as many as this were taken by their hash. */
  readonly sampled: boolean;
  /** Null where no event is balanced. */
  readonly difference: number | null;
  /** Null where no segment is balanced. */
  readonly p: number | null;
}

/** What is left out; `days` is that of the covariate where there is one. */
export const BALANCE_DEFAULTS = { days: 28, threshold: 0.05, minP: 0.8, tries: 200 } as const;
export const MOST_TRIES = 1_000;
/** More units than that are alike by chance: of 50,000 the means of halves differ by less than .02 deviations in 97 of 100 cases. */
export const MOST_KNOWN = 50_000;
/** Of fewer nothing is to be balanced. */
export const LEAST_PER_ARM = 10;
const MOST_THRESHOLD = 0.5;
const LONGEST_SEED = 240;

/** Throws INVALID_INPUT that names the field and what is allowed. */
export function checkBalance({ balance, seed }: Pick<Experiment, 'balance' | 'seed'>): void {
  if (!balance) return;
  const { event, segment, days, threshold, minP, tries } = balance;
  if (event === null && segment === null) {
    throw refuse('balance', 'says nothing to balance by: name an event or a segment, or give a covariate', [
      'event',
      'segment',
    ]);
  }
  const named = Name.safeParse(event ?? 'event');
  if (!named.success) throw refuse('balance.event', named.error.issues[0]?.message ?? 'not a name');
  if (segment !== null && (segment.trim() === '' || segment.length > 256)) {
    throw refuse('balance.segment', 'must have 1 to 256 characters');
  }
  if (!(days > 0 && days <= MOST_DAYS)) {
    throw refuse('balance.days', `is ${days}; allowed: above 0, up to ${MOST_DAYS}`);
  }
  if (!(threshold > 0 && threshold <= MOST_THRESHOLD)) {
    throw refuse('balance.threshold', `is ${threshold}; allowed: above 0, up to ${MOST_THRESHOLD}`);
  }
  if (!(minP > 0 && minP < 1)) throw refuse('balance.minP', `is ${minP}; allowed: above 0, below 1`);
  if (!(Number.isSafeInteger(tries) && tries >= 1 && tries <= MOST_TRIES)) {
    throw refuse('balance.tries', `is ${tries}; allowed: a whole number from 1 to ${MOST_TRIES}`);
  }
  if (seed.length > LONGEST_SEED) {
    throw refuse('seed', `has ${seed.length} characters; allowed with balance: up to ${LONGEST_SEED}`);
  }
}

/** The row of seeds that are tried: the experiment's own, then the same with a number. */
export const seedAt = (from: string, tried: number): string => (tried === 1 ? from : `${from}#${tried}`);

/** How the seed of an experiment came to be; null where it was not chosen, or not yet. */
export const balancedOf = ({ revisions }: Pick<Experiment, 'revisions'>): Balanced | null =>
  revisions[0]?.balanced ?? null;

const rounded = (value: number): number => Number(value.toPrecision(3));

/** How it was chosen, as the audit and the result say it. */
export function balancedInWords({ tried, tries, units, sampled, ...by }: Balanced): string {
  const known = Object.values(units).reduce((sum, n) => sum + n, 0);
  const of = [
    ...(by.difference === null
      ? []
      : [`${by.event}: arms differ by ${rounded(by.difference)} deviations (allowed ${by.threshold})`]),
    ...(by.p === null ? [] : [`${by.segment}: p = ${rounded(by.p)} that it fits the split (at least ${by.minP})`]),
  ];
  return `seed ${tried} of at most ${tries} chosen for balance over ${known} ${sampled ? 'sampled ' : ''}units known from ${by.days} days before (${of.join('; ')})`;
}

/** What a result says of the seed: nothing where it was taken as it is. */
export function seedInWords(revisions: readonly Revision[], number: number): string {
  const [first] = revisions;
  if (!first?.balanced) return '';
  const own = revisions.find((revision) => revision.number === number) ?? first;
  const since = isSameSplit(own.split, first.split) ? '' : ', by the split of revision 1, which this one has no longer';
  return `. The ${balancedInWords(first.balanced)}${since}`;
}
