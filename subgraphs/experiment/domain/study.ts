import { DomainError } from '../../../core/errors.ts';
import type { UrnGrammar } from '../../../core/urn-grammar.ts';
import type { AssetEventInput } from '../../../schema/event.ts';
import { Name } from '../../../schema/common.ts';
import type { Balanced } from './experiment/balance.ts';
import type { Revised } from './experiment/revision.ts';
import { refuse } from './refuse.ts';

/** What one side of a study serves. */
export interface Arm {
  readonly name: string;
  readonly release: string;
  /** What the release runs, learnt from the registry while the study runs. */
  readonly modelVersions: readonly string[];
}

/** The lease as the registry gave it, and when the registry took it away, if it did. */
export interface Lease {
  readonly trafficRevision: number;
  readonly lostAt: Date | null;
}

export const STEP_VERBS = ['START', 'CHANGE_SPLIT', 'REVISE', 'ADVANCE', 'PROMOTE', 'ROLL_BACK', 'STOP'] as const;
export type StepVerb = (typeof STEP_VERBS)[number];

/** A step that needs the registry: kept before the command is sent, and taken away once the registry has answered. */
export interface PendingStep {
  /** Part of the command's cause: the same step sent again changes nothing. */
  readonly id: string;
  readonly verb: StepVerb;
  readonly at: Date;
  /** On whose behalf the command is sent. */
  readonly by: string;
  readonly reason: string | null;
  /** What CHANGE_SPLIT and REVISE change. */
  readonly revised: Revised | null;
  /** The seed with which START begins, where one was chosen. */
  readonly balanced: Balanced | null;
  /** The number of the step that ADVANCE goes to: sent twice, it goes no further. */
  readonly to: number | null;
  /** What the registry said of the deployment's traffic meanwhile; it counts once the step is done. */
  readonly news: TrafficNews | null;
}

/** What the registry says of a deployment: who holds its traffic, and the versions behind the arms. */
export interface TrafficNews {
  readonly trafficRevision: number;
  readonly holder: string | null;
  /** Model version by arm. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly at: Date;
}

/** What experiments, shadows and rollouts have in common: releases compared on a part of a deployment's traffic, held by a lease. */
export interface Study {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly hypothesis: string;
  readonly deployment: string;
  /** The first is what the others are compared with, where the study has one of its own. */
  readonly arms: readonly Arm[];
  /** The input field whose value is hashed. */
  readonly unit: string;
  readonly seed: string;
  readonly hashVersion: 1 | 2;
  readonly status: string;
  /** Its hold on the deployment; null before it has started and after it gave it back. */
  readonly lease: Lease | null;
  readonly pending: PendingStep | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Grows with every change. */
  readonly revision: number;
}

/** What makes a kind of study: everything else is the same for all of them. */
export interface StudyKind<S extends Study> {
  readonly kind: 'experiment' | 'shadow' | 'rollout';
  readonly ids: UrnGrammar<{ readonly name: string }>;
  /** The study once the registry has done the step. Throws INVALID_TRANSITION where the step cannot be. */
  readonly after: (study: S, step: PendingStep) => S;
  /** What search and lineage learn of it, besides name and description. */
  readonly announced: (study: S) => {
    readonly upstream: NonNullable<NonNullable<AssetEventInput['asset']>['upstream']>;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

/** The study as search, lineage, webhooks and subscribers hear of it. */
export function eventOf<S extends Study>({ kind, ids, announced }: StudyKind<S>, study: S, at: Date): AssetEventInput {
  const { project, name, description, revision } = study;
  const { upstream, data } = announced(study);
  const asset = { name, description, upstream };
  return { urn: ids.format(study), kind, project, revision, at: at.toISOString(), asset, data: { ...data } };
}

export const changed = <S extends Study>(study: S): S => ({ ...study, revision: study.revision + 1 });

export function hashVersionOf(version: number): 1 | 2 {
  if (version === 1 || version === 2) return version;
  throw refuse('hashVersion', `${version} is no version of the hash; allowed: 1 or 2`, [1, 2]);
}

/** Throws INVALID_INPUT that names the field and what is allowed. */
export function checkStudy({ name, unit, seed }: Study): void {
  const checked = Name.safeParse(name);
  if (!checked.success) throw refuse('name', checked.error.issues[0]?.message ?? 'not a name');
  for (const [field, text] of Object.entries({ unit, seed })) {
    if (text.trim() === '' || text.length > 256) throw refuse(field, 'must have 1 to 256 characters');
  }
}

/** Throws INVALID_INPUT for a threshold of outcomes that is no number. */
export function checkPositiveFrom(positiveFrom: number): void {
  if (!Number.isFinite(positiveFrom)) throw refuse('positiveFrom', 'must be a finite number');
}

/** Throws INVALID_TRANSITION that says what is allowed. */
export function checkTransition<Status extends string>(
  noun: string,
  next: Readonly<Record<Status, readonly Status[]>>,
  from: Status,
  to: Status,
): void {
  if (next[from].includes(to)) return;
  const article = /^[AEIOU]/.test(from) ? 'an' : 'a';
  throw new DomainError('INVALID_TRANSITION', `${article} ${from} ${noun} cannot become ${to}`, {
    from,
    allowed: next[from],
  });
}

/** The registry has done the pending step under this revision of the traffic; null: the study gave its lease back. */
export function confirmed<S extends Study>(
  kind: StudyKind<S>,
  study: S,
  step: PendingStep,
  trafficRevision: number | null,
): S {
  const after = kind.after(study, step);
  const lease = trafficRevision === null ? null : { trafficRevision, lostAt: null };
  const done: S = changed({ ...after, lease, pending: null });
  const news = study.pending?.news ?? null;
  const followed = news && follow(done, news, kind.ids.format(done));
  return followed ? { ...followed, revision: done.revision } : done;
}

/**
 * Takes in what the registry says of the deployment: the versions behind the arms, or that somebody else decides its
 * traffic now. News from before the lease was given change nothing. Null where there is nothing new.
 */
export function follow<S extends Study>(study: S, news: TrafficNews, holder: string): S | null {
  const learnt = news.holder === holder && study.status !== 'DRAFT' ? learn(study, news) : null;
  const { pending, lease, status } = learnt ?? study;
  if (pending) return { ...(learnt ?? study), pending: { ...pending, news } };
  if (status !== 'RUNNING' || !lease || news.trafficRevision < lease.trafficRevision) return learnt;
  if (news.holder === holder || lease.lostAt !== null) return learnt;
  return changed({ ...study, lease: { ...lease, lostAt: news.at } });
}

/**
 * The versions behind the arms. A release never changes, so they are as true of a study that stopped before the news came
 * as of one that runs. Null where they are known.
 */
function learn<S extends Study>(study: S, { versions }: TrafficNews): S | null {
  const arms = study.arms.map((arm) => ({ ...arm, modelVersions: versions[arm.name] ?? arm.modelVersions }));
  if (arms.every(({ modelVersions }, i) => modelVersions.join() === study.arms[i]?.modelVersions.join())) return null;
  return changed({ ...study, arms });
}
