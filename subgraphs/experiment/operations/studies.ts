import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import type { AssetEventInput } from '../../../schema/event.ts';
import { appendEvent } from '../../shared/events/outbox.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { change, type ChangeDeps, type Changed } from '../../shared/operations/change.ts';
import { serviceActor } from '../../shared/peer.ts';
import {
  confirmed,
  eventOf,
  follow,
  type PendingStep,
  type StepVerb,
  type Study,
  type TrafficNews,
} from '../domain/study.ts';
import {
  findPending,
  findStudies,
  insertStudy,
  lockOpenStudies,
  lockStudy,
  saveStudy,
  type StoredKind,
} from '../storage/study.ts';
import type { RegistryTraffic } from './registry-traffic.ts';

export interface StudiesDeps extends ChangeDeps {
  readonly traffic: RegistryTraffic;
  readonly log: Logger;
}

/** Sends the command of a step to the registry. Answers with the traffic's revision; null where the lease is given back. */
export type SendStep<S extends Study> = (target: S, step: PendingStep, cause: string) => Promise<number | null>;

/** A step as somebody asks for it. */
export type WantedStep = Pick<PendingStep, 'verb'> &
  Partial<Pick<PendingStep, 'id' | 'reason' | 'revised' | 'balanced' | 'to'>>;

/** Whether the registry may have done what it was asked for, although no answer came. */
const UNKNOWN_END: ReadonlySet<string> = new Set(['SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE', 'TIMEOUT']);

/** How long a step waits for its answer before somebody else looks after it: longer than a command may take. */
const ABANDONED_MS = 30_000;

const VERBS: Readonly<Record<StepVerb, string>> = {
  START: 'start',
  CHANGE_SPLIT: 'change-split',
  REVISE: 'revise',
  ADVANCE: 'advance',
  PROMOTE: 'promote',
  ROLL_BACK: 'roll-back',
  STOP: 'stop',
};

/**
 * The life that all studies share. What needs the registry is done in three steps, so that no row is held while it
 * answers: the step is kept, the command is sent, the answer is taken in. If this process dies in between, `finishPending`
 * ends it: a stop and a new split are sent again, under the same cause, and a start is taken back.
 */
export class Studies<S extends Study> {
  readonly #deps: StudiesDeps;
  readonly #kind: StoredKind<S>;
  readonly #send: SendStep<S>;

  constructor(deps: StudiesDeps, kind: StoredKind<S>, send: SendStep<S>) {
    this.#deps = deps;
    this.#kind = kind;
    this.#send = send;
  }

  /** `check` may refuse it in the transaction that keeps it. */
  create(
    context: RequestContext,
    study: S,
    check: (em: EntityManager) => Promise<void> = async () => {},
  ): Promise<Changed<S>> {
    return change(this.#deps, context, this.#name('create', study), async (em, at) => {
      await check(em);
      await insertStudy(em, this.#kind, study);
      return { value: study, events: [this.#event(study, at)] };
    });
  }

  /** The study as it stands. Throws NOT_FOUND. */
  async read(context: RequestContext, id: string): Promise<S> {
    const { project, name } = this.#key(context, id);
    const [study] = await findStudies(this.#deps.db.em(), this.#kind, project, [name]);
    if (study) return study;
    const noun = this.#kind.rules.kind;
    throw new DomainError('NOT_FOUND', `${noun}: there is no ${noun} "${name}"`, { field: noun });
  }

  /** A change that needs nobody else. Throws CONFLICT while a step waits for the registry. */
  change(
    context: RequestContext,
    id: string,
    verb: string,
    decide: (before: S, at: Date) => Promise<{ readonly after: S; readonly reason?: string }>,
  ): Promise<Changed<S>> {
    const key = this.#key(context, id);
    return change(this.#deps, context, this.#name(verb, key), async (em, at) => {
      const before = await lockStudy(em, this.#kind, key.project, key.name);
      refusePending(before);
      const { after, reason } = await decide(before, at);
      if (after === before) return { value: before, unchanged: true };
      await saveStudy(em, this.#kind, after);
      return { value: after, before, reason, events: [this.#event(after, at)] };
    });
  }

  /** A step that the registry must do; `check` may refuse it before it is kept. */
  async step(
    context: RequestContext,
    id: string,
    wanted: WantedStep | ((before: S) => WantedStep),
    check: (before: S) => void = () => {},
  ): Promise<Changed<S>> {
    const { db, now } = this.#deps;
    const key = this.#key(context, id);
    const kept = await db.transaction(async (em) => {
      const before = await lockStudy(em, this.#kind, key.project, key.name);
      const asked = typeof wanted === 'function' ? wanted(before) : wanted;
      refusePending(before, asked.verb);
      check(before);
      return this.#keep(em, before, asked, { at: now(), by: context.actor.subject });
    });
    return this.#finish(context, kept.study, kept.pending);
  }

  /**
   * What the subgraph decides by itself: `decide` judges the study as it stands, in the transaction that keeps the step it
   * comes to, with its event where its revision grows. A study that waits for the registry is left alone. Answers with the study after the step, if there is one.
   */
  async decide(
    context: RequestContext,
    { project, name }: { readonly project: string; readonly name: string },
    decide: (
      em: EntityManager,
      before: S,
      at: Date,
    ) => Promise<{ readonly after: S; readonly step: WantedStep | null }>,
  ): Promise<S> {
    const { db, now } = this.#deps;
    const by = context.actor.onBehalfOf ?? context.actor.subject;
    const kept = await db.transaction(async (em) => {
      const before = await lockStudy(em, this.#kind, project, name);
      if (before.pending) return { study: before, pending: null };
      const at = now();
      const { after, step } = await decide(em, before, at);
      if (after !== before) await saveStudy(em, this.#kind, after);
      if (after.revision > before.revision) await appendEvent(em, this.#event(after, at));
      return step ? this.#keep(em, after, step, { at, by }) : { study: after, pending: null };
    });
    return kept.pending ? (await this.#finish(context, kept.study, kept.pending)).value : kept.study;
  }

  async #keep(em: EntityManager, before: S, wanted: WantedStep, { at, by }: Pick<PendingStep, 'at' | 'by'>) {
    const fresh = {
      id: randomUUID(),
      at,
      by,
      reason: null,
      revised: null,
      balanced: null,
      to: null,
      news: null,
      ...wanted,
    };
    const pending: PendingStep = before.pending ?? fresh;
    this.#kind.rules.after(before, pending);
    const study: S = { ...before, pending };
    await saveStudy(em, this.#kind, study);
    return { study, pending };
  }

  /** Takes in what the registry says of a deployment. */
  async follow(em: EntityManager, deployment: { project: string; urn: string }, news: TrafficNews): Promise<void> {
    const { ids } = this.#kind.rules;
    for (const study of await lockOpenStudies(em, this.#kind, deployment.project, deployment.urn)) {
      const after = follow(study, news, ids.format(study));
      if (!after) continue;
      await saveStudy(em, this.#kind, after);
      if (after.revision > study.revision) await appendEvent(em, this.#event(after, this.#deps.now()));
    }
  }

  /** Ends the steps whose process died, or to which the registry never answered. */
  async finishPending(): Promise<void> {
    const { db, now } = this.#deps;
    const before = new Date(now().getTime() - ABANDONED_MS);
    for (const study of await findPending(db.em(), this.#kind, before)) {
      const { pending: step } = study;
      if (!step) continue;
      const actor = serviceActor('experiment', [], study.project, step.by);
      const finish =
        step.verb === 'START'
          ? this.#takeBack(study, step)
          : this.#finish({ actor, requestId: `pending-${step.id}` }, study, step);
      await finish.catch((error: unknown) => {
        this.#deps.log.warn({ err: error, study: study.name, verb: step.verb }, 'a step still waits for the registry');
      });
    }
  }

  /** Sends the command and takes in its answer. */
  async #finish(context: RequestContext, study: S, step: PendingStep): Promise<Changed<S>> {
    let trafficRevision: number | null;
    try {
      trafficRevision = await this.#send(this.#kind.rules.after(study, step), step, this.#cause(study, step));
    } catch (error) {
      if (error instanceof DomainError && !UNKNOWN_END.has(error.code)) await this.#drop(study, step);
      throw error;
    }
    return this.#confirm(context, study, step, trafficRevision);
  }

  /** Whoever asked for the start was told that it failed: it does not begin later on. */
  async #takeBack(study: S, step: PendingStep): Promise<void> {
    await this.#send(study, { ...step, verb: 'STOP', reason: null }, `${this.#cause(study, step)}-taken-back`);
    await this.#drop(study, step);
  }

  #cause(study: S, { id }: PendingStep): string {
    return `${this.#kind.rules.ids.format(study)}#${id}`;
  }

  #confirm(context: RequestContext, study: S, step: PendingStep, trafficRevision: number | null): Promise<Changed<S>> {
    return change(this.#deps, context, this.#name(VERBS[step.verb], study), async (em, at) => {
      const before = await lockStudy(em, this.#kind, study.project, study.name);
      // Another call may have finished the same step: then this says what any second one would hear.
      const after = confirmed(this.#kind.rules, before, before.pending ?? step, trafficRevision);
      await saveStudy(em, this.#kind, after);
      return { value: after, before, reason: step.reason, events: [this.#event(after, at)] };
    });
  }

  /** The registry refused the step, or a start was taken back: the study goes on as it was. */
  #drop({ project, name }: S, step: PendingStep): Promise<void> {
    return this.#deps.db.transaction(async (em) => {
      const before = await lockStudy(em, this.#kind, project, name);
      if (before.pending?.id !== step.id) return;
      const { news } = before.pending;
      const bare: S = { ...before, pending: null };
      const after = (news && follow(bare, news, this.#kind.rules.ids.format(bare))) ?? bare;
      await saveStudy(em, this.#kind, after);
      if (after.revision > before.revision) await appendEvent(em, this.#event(after, this.#deps.now()));
    });
  }

  #key({ actor }: RequestContext, id: string): { readonly project: string; readonly name: string } {
    const { ids, kind } = this.#kind.rules;
    return ids.parse(actor.project, id, kind);
  }

  #name(verb: string, key: { readonly project: string; readonly name: string }) {
    const { kind, ids } = this.#kind.rules;
    return { action: `${kind}.${verb}`, subject: ids.format(key) };
  }

  #event(study: S, at: Date): AssetEventInput {
    return eventOf(this.#kind.rules, study, at);
  }
}

/** While a step waits for the registry, only the same step may be asked for again. */
export function refusePending({ pending }: Study, verb?: StepVerb): void {
  if (!pending || pending.verb === verb) return;
  throw new DomainError(
    'CONFLICT',
    `a ${pending.verb} of ${pending.at.toISOString()} waits for the registry: ask for it again, or wait until it has ended`,
    { pending: pending.verb, allowed: [pending.verb] },
  );
}
