import type { EntityManager } from '@mikro-orm/postgresql';
import { signedRankTest, type SignedRanks } from '../../../../core/statistics/ranks/signed-rank.ts';
import { urnIn } from '../../../../core/urn-grammar.ts';
import { DeploymentSnapshot, type AssetEvent } from '../../../../schema/event.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import {
  CANDIDATE,
  candidateOf,
  checkShadow,
  hasEnded,
  PAIR_REVISION,
  SHADOW,
  type Shadow,
} from '../../domain/shadow/shadow.ts';
import { deploymentUrn, releaseUrn } from '../../domain/ids.ts';
import { impactOf, type ShadowImpact } from '../../domain/shadow/shadow-impact.ts';
import { compareShadow, type ShadowResult } from '../../domain/shadow/shadow-result.ts';
import { compareSlices, type Slice } from '../../domain/shadow/shadow-slices.ts';
import { hashVersionOf, type PendingStep } from '../../domain/study.ts';
import type { Trust } from '../../domain/trust.ts';
import {
  countDecided,
  countSlices,
  pairedAuc,
  pairedLatency,
  signedRanks,
  sumPairs,
  type PairsOf,
} from '../../storage/shadow/pair.ts';
import { shadowKind } from '../../storage/shadow/shadow.ts';
import { Studies, type StudiesDeps } from '../studies.ts';

/** What a person says of a new shadow. */
export interface ShadowInput extends Pick<
  Shadow,
  | 'name'
  | 'description'
  | 'hypothesis'
  | 'deployment'
  | 'share'
  | 'unit'
  | 'positiveFrom'
  | 'minEffect'
  | 'endsAt'
  | 'costs'
> {
  readonly candidate: string;
  readonly hashVersion: number;
  /** The shadow's id where it is left out. */
  readonly seed: string | null;
}

const pairsOf = ({ project, name }: Shadow, trust: Trust): PairsOf => ({
  project,
  shadow: name,
  revision: PAIR_REVISION,
  trust,
});

/** What can be done with shadows: one method per mutation. */
export class Shadows {
  readonly #deps: StudiesDeps;
  readonly #studies: Studies<Shadow>;

  constructor(deps: StudiesDeps) {
    this.#deps = deps;
    this.#studies = new Studies(deps, shadowKind, (target, step, cause) => this.#send(target, step, cause));
  }

  async create(context: RequestContext, input: ShadowInput): Promise<Changed<Shadow>> {
    const { candidate, seed, ...rest } = input;
    const { project, subject: createdBy } = context.actor;
    const shadow: Shadow = {
      ...rest,
      project,
      deployment: urnIn(deploymentUrn, project, input.deployment, 'deployment'),
      arms: [{ name: CANDIDATE, release: urnIn(releaseUrn, project, candidate, 'candidate'), modelVersions: [] }],
      seed: seed ?? SHADOW.ids.format({ project, name: input.name }),
      hashVersion: hashVersionOf(input.hashVersion),
      status: 'DRAFT',
      lease: null,
      pending: null,
      startedAt: null,
      stoppedAt: null,
      createdAt: this.#deps.now(),
      createdBy,
      revision: 1,
    };
    checkShadow(shadow);
    return this.#studies.create(context, shadow);
  }

  start(context: RequestContext, id: string): Promise<Changed<Shadow>> {
    return this.#studies.step(context, id, { verb: 'START' });
  }

  stop(context: RequestContext, id: string, reason: string): Promise<Changed<Shadow>> {
    return this.#studies.step(context, id, { verb: 'STOP', reason });
  }

  /** The comparison by the records of one class of trust. */
  async result(shadow: Shadow, trust: Trust): Promise<ShadowResult> {
    const { db, now } = this.#deps;
    const sums = await sumPairs(db.pool, pairsOf(shadow, trust), shadow.positiveFrom);
    return compareShadow(sums, { ended: hasEnded(shadow, now()), minEffect: shadow.minEffect, trust });
  }

  auc(shadow: Shadow, trust: Trust) {
    return pairedAuc(this.#deps.db.pool, pairsOf(shadow, trust), shadow.positiveFrom);
  }

  latency(shadow: Shadow, trust: Trust) {
    return pairedLatency(this.#deps.db.pool, pairsOf(shadow, trust));
  }

  async wilcoxon(shadow: Shadow, trust: Trust): Promise<SignedRanks & ReturnType<typeof signedRankTest>> {
    const ranks = await signedRanks(this.#deps.db.pool, pairsOf(shadow, trust));
    return { ...ranks, ...signedRankTest(ranks) };
  }

  /** Where the candidate decides otherwise more often than elsewhere. */
  async slices(shadow: Shadow, trust: Trust): Promise<readonly Slice[]> {
    return compareSlices(await countSlices(this.#deps.db.pool, pairsOf(shadow, trust)));
  }

  /** What the candidate would have cost; null where no costs were declared. */
  async impact(shadow: Shadow, trust: Trust): Promise<ShadowImpact | null> {
    const { costs, positiveFrom } = shadow;
    if (costs.length === 0) return null;
    return impactOf(costs, await countDecided(this.#deps.db.pool, pairsOf(shadow, trust), positiveFrom));
  }

  /** Takes in what the registry says of a deployment. */
  async follow(em: EntityManager, { kind, project, urn, at, data }: AssetEvent): Promise<void> {
    if (kind !== 'deployment') return;
    const { trafficRevision, shadow } = DeploymentSnapshot.parse(data);
    const versions = shadow ? { [CANDIDATE]: shadow.modelVersions } : {};
    const news = { trafficRevision, holder: shadow?.holder ?? null, versions, at: new Date(at) };
    await this.#studies.follow(em, { project, urn }, news);
  }

  finishPending(): Promise<void> {
    return this.#studies.finishPending();
  }

  async #send(shadow: Shadow, { verb, by, reason }: PendingStep, cause: string): Promise<number | null> {
    const { project, deployment, seed, hashVersion, unit, share, endsAt } = shadow;
    const { traffic } = this.#deps;
    const holder = SHADOW.ids.format(shadow);
    const caller = { project, onBehalfOf: by };
    if (verb === 'STOP') {
      await traffic.endShadow(caller, { deployment, cause, holder, reason: reason ?? 'the start was taken back' });
      return null;
    }
    return traffic.acquireShadow(caller, {
      deployment,
      cause,
      holder,
      holderRevision: PAIR_REVISION,
      seed,
      hashVersion,
      unit,
      share,
      release: candidateOf(shadow).release,
      endsAt: endsAt?.toISOString() ?? null,
    });
  }
}
