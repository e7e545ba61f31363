import type { ArmRanges } from '../../../../core/assignment/assign.ts';
import { DomainError } from '../../../../core/errors.ts';
import { canonicalJson } from '../../../../core/canonical-json.ts';
import type { Balanced } from './balance.ts';
import { checkGuards, type Guardrail } from '../metric/guardrail.ts';
import { checkSecondary, type MetricUse } from '../metric/metric.ts';
import { refuse } from '../refuse.ts';
import { checkSegments } from './segments.ts';
import { checkSplit, isSameSplit, rangesOf, shareOf, type Split } from '../split.ts';

/** What of an experiment may change while it runs: each change begins a new revision. */
export interface Revisable {
  readonly split: Split;
  /** Which requests it is about, in CEL; null: all. */
  readonly targeting: string | null;
  /** Compared as well, corrected for their number; they decide nothing. */
  readonly secondary: readonly MetricUse[];
  /** What no arm may break that ships. */
  readonly guardrails: readonly Guardrail[];
  /** Segments of the recipe within whose values the arms are compared as well. */
  readonly segments: readonly string[];
}

/** One period in which none of it changed. Units of different revisions are never mixed. */
export interface Revision extends Revisable {
  readonly number: number;
  readonly ranges: readonly ArmRanges[];
  /** How the seed was chosen with which it began; null where it was not, and of revisions after the first. */
  readonly balanced: Balanced | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** What a revision changes, and what it leaves out as it was. */
export type Revised = Partial<Revisable>;

/** The fields that callers know them by. */
const FIELDS = {
  split: 'shares',
  targeting: 'targeting',
  secondary: 'secondary',
  guardrails: 'guardrails',
  segments: 'segments',
} as const satisfies Record<keyof Revisable, string>;
const KEYS = Object.keys(FIELDS) as readonly (keyof Revisable)[];

/** The experiment as far as a revision looks at it. */
interface Revising extends Revisable {
  readonly status: string;
  readonly splitRevision: number;
  readonly revisions: readonly Revision[];
}

export const revisable = ({ split, targeting, secondary, guardrails, segments }: Revisable): Revisable => ({
  split,
  targeting,
  secondary,
  guardrails,
  segments,
});

/** Throws INVALID_INPUT for what no analysis can go by; `shares` is what the caller calls the split. */
export function checkRevisable(
  arms: readonly string[],
  { split, secondary, guardrails, segments }: Revisable,
  shares: string,
): void {
  checkSplit(arms, split, shares);
  checkGuards(guardrails);
  checkSecondary(secondary);
  checkSegments(segments);
}

/** The first revision, or the one after those that there are: a unit keeps its arm unless that arm shrinks. */
export const opened = (
  number: number,
  arms: readonly string[],
  design: Revisable,
  before: readonly Revision[],
  at: Date,
): Revision => ({
  ...revisable(design),
  number,
  ranges: rangesOf(arms, design.split, before.at(-1)?.ranges),
  balanced: null,
  startedAt: at,
  endedAt: null,
});

export const closed = (revisions: readonly Revision[], at: Date): Revision[] =>
  revisions.map((revision) => (revision.endedAt === null ? { ...revision, endedAt: at } : revision));

/** A draft takes another design by itself; a running experiment by a new revision, which begins with no units. */
export function revised<E extends Revising>(experiment: E, arms: readonly string[], changes: Revised, at: Date): E {
  const { status, splitRevision, revisions } = experiment;
  if (status !== 'RUNNING' && status !== 'DRAFT') {
    throw new DomainError('INVALID_TRANSITION', `a ${status} experiment is not revised`, {
      from: status,
      allowed: ['DRAFT', 'RUNNING'],
    });
  }
  const next = { ...experiment, ...changes };
  checkRevisable(arms, next, 'shares');
  if (status === 'DRAFT') return next;
  if (differences(experiment, next).length === 0) {
    const given = KEYS.filter((key) => changes[key] !== undefined);
    const field = FIELDS[given[0] ?? 'split'];
    const message = given.length === 0 ? 'nothing is named that changes' : 'this is in force already';
    throw refuse(field, message, given.length === 0 ? Object.values(FIELDS) : undefined);
  }
  const number = splitRevision + 1;
  return {
    ...next,
    splitRevision: number,
    revisions: [...closed(revisions, at), opened(number, arms, next, revisions, at)],
  };
}

const differences = (before: Revisable, after: Revisable): readonly (keyof Revisable)[] =>
  KEYS.filter((key) =>
    key === 'split'
      ? !isSameSplit(before.split, after.split)
      : canonicalJson(before[key]) !== canonicalJson(after[key]),
  );

/** What the newest revision of an experiment costs, in words; none where there is no revision before it. */
export function costsOf(revisions: readonly Revision[]): readonly string[] {
  const [before, after] = revisions.slice(-2);
  if (!before || !after) return [];
  const changed = new Set(differences(before, after));
  const shrunk = Object.keys(before.split).filter((arm) => shareOf(after.split, arm) < shareOf(before.split, arm));
  const metrics = (['secondary', 'guardrails', 'segments'] as const).filter((key) => changed.has(key));
  return [
    `revision ${after.number} begins with no units: those of revision ${before.number} stay apart`,
    ...(shrunk.length > 0
      ? [`units that leave ${shrunk.join(' and ')} have met it already: what they learnt there goes with them`]
      : []),
    ...(changed.has('targeting')
      ? [`it is about other requests: its effect is not comparable with that of revision ${before.number}`]
      : []),
    ...(metrics.length > 0
      ? [`${metrics.join(' and ')} are judged by new units alone: the old ones had been seen when they were chosen`]
      : []),
  ];
}

/** Throws FAILED_PRECONDITION where the revision in force has what it was planned for: another one would hide its answer. */
export function refuseAnswered(revision: number, hasAnswer: boolean): void {
  if (!hasAnswer) return;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `revision ${revision} has its planned units, and says what it says: stop the experiment and decide; a new question is a new experiment`,
    { revision, allowed: ['stopExperiment'] },
  );
}

/** Several revisions that are judged each by itself are several chances of a false alarm. */
export function revisionWarning(number: number, alpha: number): readonly string[] {
  if (number < 2) return [];
  const chance = Math.min(1, number * alpha);
  return [
    `it is revision ${number}: where each revision is looked at for an effect, the chance that one of them finds what is not there is up to ${Number(chance.toPrecision(2))}, not ${alpha}`,
  ];
}
