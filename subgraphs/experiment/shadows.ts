import type { EntityManager } from '@mikro-orm/postgresql';
import { urnOf } from '../../core/urn.ts';
import { DeploymentSnapshot, type AssetEvent } from '../../schema/event.ts';
import { appendAudit } from '../shared/audit/audit.ts';
import type { Database } from '../shared/database/database.ts';
import { appendEvent } from '../shared/events/outbox.ts';
import type { RequestContext } from '../shared/graphql/request-context.ts';
import {
  checkNewShadow,
  followShadow,
  hasEnded,
  holdingShadow,
  PAIR_REVISION,
  startShadow,
  stopShadow,
  type Shadow,
} from './domain/shadow.ts';
import { compareShadow, type ShadowResult } from './domain/shadow-result.ts';
import type { RegistryTraffic } from './registry-traffic.ts';
import { insertShadow, lockOpenShadows, lockShadow, saveShadow } from './storage/shadow.ts';
import { pairedAuc, pairedLatency, sumPairs, type PairsOf } from './storage/shadow-pair.ts';

export const shadowUrn = ({ project, name }: Pick<Shadow, 'project' | 'name'>): string =>
  urnOf(project, 'shadow', name);

export interface ShadowsDeps {
  readonly db: Database;
  readonly traffic: RegistryTraffic;
  readonly now: () => Date;
}

export type NewShadow = Omit<
  Shadow,
  'project' | 'status' | 'lease' | 'startedAt' | 'stoppedAt' | 'createdAt' | 'createdBy' | 'revision'
>;

export interface ChangedShadow {
  readonly shadow: Shadow;
  readonly eventCursor: string;
}

const pairsOf = ({ project, name }: Shadow, trust: string): PairsOf => ({
  project,
  shadow: name,
  revision: PAIR_REVISION,
  trust,
});

/** What can be done with shadows: one method per mutation, each in one transaction. */
export class Shadows {
  readonly #deps: ShadowsDeps;

  constructor(deps: ShadowsDeps) {
    this.#deps = deps;
  }

  create(input: NewShadow, { actor, requestId }: RequestContext): Promise<ChangedShadow> {
    const { db, now } = this.#deps;
    const at = now();
    const shadow: Shadow = {
      ...input,
      project: actor.project,
      status: 'DRAFT',
      lease: null,
      startedAt: null,
      stoppedAt: null,
      createdAt: at,
      createdBy: actor.subject,
      revision: 1,
    };
    checkNewShadow(shadow);
    return db.transaction(async (em) => {
      await insertShadow(em, shadow);
      const eventCursor = await announce(em, shadow, at);
      const subject = shadowUrn(shadow);
      await appendAudit(em, { actor, action: 'shadow.created', subject, at, requestId, after: shadow });
      return { shadow, eventCursor };
    });
  }

  /** Takes its place in the traffic first, under a cause that finds it again if this process dies before its commit. */
  start(name: string, context: RequestContext): Promise<ChangedShadow> {
    return this.#change(name, context, 'started', null, async (before, at) => {
      const started = startShadow(before, at);
      const { deployment, seed, hashVersion, unit, share, candidate, endsAt } = started;
      const holder = shadowUrn(started);
      const trafficRevision = await this.#deps.traffic.acquireShadow(context.actor, {
        deployment,
        cause: `${holder}#${PAIR_REVISION}`,
        holder,
        holderRevision: PAIR_REVISION,
        seed,
        hashVersion,
        unit,
        share,
        release: candidate.release,
        endsAt: endsAt?.toISOString() ?? null,
      });
      return holdingShadow(started, trafficRevision);
    });
  }

  stop(name: string, reason: string, context: RequestContext): Promise<ChangedShadow> {
    return this.#change(name, context, 'stopped', reason, async (before, at) => {
      const after = stopShadow(before, at);
      const holder = shadowUrn(before);
      const { deployment } = before;
      await this.#deps.traffic.releaseShadow(context.actor, { deployment, cause: `${holder}#stop`, holder, reason });
      return after;
    });
  }

  /** The comparison by the records of one class of trust. */
  async result(shadow: Shadow, trust: string): Promise<ShadowResult> {
    const { db, now } = this.#deps;
    const sums = await sumPairs(db.pool, pairsOf(shadow, trust), shadow.positiveFrom);
    return compareShadow(sums, { ended: hasEnded(shadow, now()), minEffect: shadow.minEffect, trust });
  }

  auc(shadow: Shadow, trust: string) {
    return pairedAuc(this.#deps.db.pool, pairsOf(shadow, trust), shadow.positiveFrom);
  }

  latency(shadow: Shadow, trust: string) {
    return pairedLatency(this.#deps.db.pool, pairsOf(shadow, trust));
  }

  /** Follows what the registry tells of a deployment. */
  async follow(em: EntityManager, { kind, project, urn, at, data }: AssetEvent): Promise<void> {
    if (kind !== 'deployment') return;
    const { trafficRevision, shadow } = DeploymentSnapshot.parse(data);
    const told = {
      trafficRevision,
      holder: shadow?.holder ?? null,
      modelVersion: shadow?.modelVersion ?? null,
      at: new Date(at),
    };
    for (const open of await lockOpenShadows(em, project, urn)) {
      const after = followShadow(open, told, shadowUrn(open));
      if (!after) continue;
      await saveShadow(em, after);
      await announce(em, after, this.#deps.now());
    }
  }

  #change(
    name: string,
    { actor, requestId }: RequestContext,
    what: string,
    reason: string | null,
    change: (before: Shadow, at: Date) => Promise<Shadow>,
  ): Promise<ChangedShadow> {
    const { db, now } = this.#deps;
    return db.transaction(async (em) => {
      const at = now();
      const before = await lockShadow(em, actor.project, name);
      const shadow = await change(before, at);
      await saveShadow(em, shadow);
      const eventCursor = await announce(em, shadow, at);
      await appendAudit(em, {
        actor,
        action: `shadow.${what}`,
        subject: shadowUrn(shadow),
        at,
        requestId,
        before,
        after: shadow,
        ...(reason !== null && { reason }),
      });
      return { shadow, eventCursor };
    });
  }
}

async function announce(em: EntityManager, shadow: Shadow, at: Date): Promise<string> {
  const { project, name, description, deployment, candidate, revision, status, share } = shadow;
  const { modelVersion } = candidate;
  return appendEvent(em, {
    urn: shadowUrn(shadow),
    kind: 'shadow',
    project,
    revision,
    at: at.toISOString(),
    asset: {
      name,
      description,
      upstream: [
        { urn: deployment, relation: 'WATCHES' },
        { urn: candidate.release, relation: 'WATCHES' },
        ...(modelVersion === null ? [] : [{ urn: modelVersion, relation: 'WATCHES' as const }]),
      ],
    },
    data: { status, deployment, candidate, share },
  });
}
