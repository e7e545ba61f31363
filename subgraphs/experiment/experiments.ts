import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../core/errors.ts';
import { urnOf } from '../../core/urn.ts';
import { DeploymentSnapshot, type AssetEvent } from '../../schema/event.ts';
import { appendAudit } from '../shared/audit/audit.ts';
import type { Database } from '../shared/database/database.ts';
import { appendEvent } from '../shared/events/outbox.ts';
import type { RequestContext } from '../shared/graphql/request-context.ts';
import {
  archive,
  changeSplit,
  checkNewExperiment,
  decide,
  followTraffic,
  holding,
  start,
  stop,
  type Experiment,
} from './domain/experiment.ts';
import { analyse, type ExperimentResult } from './domain/result.ts';
import type { Split } from './domain/split.ts';
import type { RegistryTraffic } from './registry-traffic.ts';
import { insertExperiment, lockExperiment, lockOpenExperiments, saveExperiment } from './storage/experiment.ts';
import { countUnits } from './storage/unit.ts';

export const experimentUrn = ({ project, name }: Pick<Experiment, 'project' | 'name'>): string =>
  urnOf(project, 'experiment', name);

export interface ExperimentsDeps {
  readonly db: Database;
  readonly traffic: RegistryTraffic;
  readonly now: () => Date;
}

export type NewExperiment = Omit<
  Experiment,
  'project' | 'status' | 'splitRevision' | 'revisions' | 'lease' | 'decision' | 'createdAt' | 'createdBy' | 'revision'
>;

export interface Changed {
  readonly experiment: Experiment;
  readonly eventCursor: string;
}

/** What can be done with experiments: one method per mutation, each in one transaction. */
export class Experiments {
  readonly #deps: ExperimentsDeps;

  constructor(deps: ExperimentsDeps) {
    this.#deps = deps;
  }

  create(input: NewExperiment, { actor, requestId }: RequestContext): Promise<Changed> {
    const { db, now } = this.#deps;
    const at = now();
    const experiment: Experiment = {
      ...input,
      project: actor.project,
      status: 'DRAFT',
      splitRevision: 1,
      revisions: [],
      lease: null,
      decision: null,
      createdAt: at,
      createdBy: actor.subject,
      revision: 1,
    };
    checkNewExperiment(experiment);
    return db.transaction(async (em) => {
      await insertExperiment(em, experiment);
      const eventCursor = await announce(em, experiment, at);
      const subject = experimentUrn(experiment);
      await appendAudit(em, { actor, action: 'experiment.created', subject, at, requestId, after: experiment });
      return { experiment, eventCursor };
    });
  }

  /**
   * Takes the lease first: where this process dies before its own commit, the experiment is still a draft, and starting
   * it again finds the lease under the same cause.
   */
  start(name: string, context: RequestContext): Promise<Changed> {
    return this.#change(name, context, 'started', async (before, at) => {
      const started = start(before, at);
      return holding(started, await this.#acquire(started, context));
    });
  }

  changeSplit(name: string, split: Split, expectedRevision: number, context: RequestContext): Promise<Changed> {
    return this.#change(name, context, 'split-changed', async (before, at) => {
      if (before.revision !== expectedRevision) {
        throw new DomainError('CONFLICT', `the experiment is at revision ${before.revision}: read it again`, {
          field: 'expectedRevision',
          revision: before.revision,
        });
      }
      const after = changeSplit(before, split, at);
      return after.status === 'RUNNING' ? holding(after, await this.#acquire(after, context)) : after;
    });
  }

  stop(name: string, reason: string, context: RequestContext): Promise<Changed> {
    const { traffic } = this.#deps;
    return this.#change(name, context, 'stopped', async (before, at) => {
      const after = stop(before, at);
      const holder = experimentUrn(before);
      await traffic.release(context.actor, {
        deployment: before.deployment,
        cause: `${holder}#stop`,
        holder,
        reason,
      });
      return after;
    });
  }

  decide(name: string, ships: boolean, reason: string, context: RequestContext): Promise<Changed> {
    return this.#change(name, context, 'decided', async (before, at) => {
      const result = await this.result(before, before.splitRevision, 'server');
      const { recommendation } = result;
      return decide(before, { ships, reason, recommendation, by: context.actor.subject, at });
    });
  }

  archive(name: string, context: RequestContext): Promise<Changed> {
    return this.#change(name, context, 'archived', async (before) => archive(before));
  }

  /** The analysis of one revision, by the records of one class of trust. */
  async result(experiment: Experiment, revision: number, trust: string): Promise<ExperimentResult> {
    const { project, name, design, split, revisions, status } = experiment;
    const own = revisions.find(({ number }) => number === revision);
    const counts = await countUnits(this.#deps.db.pool, { project, experiment: name, revision, trust });
    const ended = own?.endedAt !== null || status !== 'RUNNING';
    return analyse(design, own?.split ?? split, counts, { ended });
  }

  /** Follows what the registry tells of a deployment. */
  async follow(em: EntityManager, { kind, project, urn, at, data }: AssetEvent): Promise<void> {
    if (kind !== 'deployment') return;
    const { trafficRevision, allocation } = DeploymentSnapshot.parse(data);
    const versions = Object.fromEntries(allocation?.arms.map(({ arm, modelVersion }) => [arm, modelVersion]) ?? []);
    const told = { trafficRevision, holder: allocation?.holder ?? null, versions, at: new Date(at) };
    for (const experiment of await lockOpenExperiments(em, project, urn)) {
      const after = followTraffic(experiment, told, experimentUrn(experiment));
      if (!after) continue;
      await saveExperiment(em, after);
      await announce(em, after, this.#deps.now());
    }
  }

  #acquire(experiment: Experiment, { actor }: RequestContext): Promise<number> {
    const { deployment, splitRevision, seed, hashVersion, unit, revisions, control, candidate } = experiment;
    const holder = experimentUrn(experiment);
    const releases: Readonly<Record<string, string>> = { control: control.release, candidate: candidate.release };
    const ranges = revisions.at(-1)?.ranges ?? [];
    return this.#deps.traffic.acquire(actor, {
      deployment,
      cause: `${holder}#${splitRevision}`,
      holder,
      holderRevision: splitRevision,
      seed,
      hashVersion,
      unit,
      arms: ranges.map((arm) => ({ ...arm, release: releases[arm.arm] ?? '' })),
    });
  }

  #change(
    name: string,
    { actor, requestId }: RequestContext,
    what: string,
    change: (before: Experiment, at: Date) => Promise<Experiment>,
  ): Promise<Changed> {
    const { db, now } = this.#deps;
    return db.transaction(async (em) => {
      const at = now();
      const before = await lockExperiment(em, actor.project, name);
      const experiment = await change(before, at);
      await saveExperiment(em, experiment);
      const eventCursor = await announce(em, experiment, at);
      await appendAudit(em, {
        actor,
        action: `experiment.${what}`,
        subject: experimentUrn(experiment),
        at,
        requestId,
        before,
        after: experiment,
        ...(experiment.decision && { reason: experiment.decision.reason }),
      });
      return { experiment, eventCursor };
    });
  }
}

async function announce(em: EntityManager, experiment: Experiment, at: Date): Promise<string> {
  const { project, name, description, deployment, revision, status, splitRevision, control, candidate } = experiment;
  return appendEvent(em, {
    urn: experimentUrn(experiment),
    kind: 'experiment',
    project,
    revision,
    at: at.toISOString(),
    asset: { name, description, upstream: [{ urn: deployment, relation: 'WATCHES' }] },
    data: { status, deployment, splitRevision, control, candidate },
  });
}
