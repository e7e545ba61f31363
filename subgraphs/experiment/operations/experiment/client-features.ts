import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DeploymentSnapshot, type AssetEvent } from '../../../../schema/event.ts';
import type { GrowthbookFeatures } from '../../../../schema/growthbook.ts';
import type { Database } from '../../../shared/database/database.ts';
import { clientFeature, SHOWN_STATUSES } from '../../domain/experiment/client-feature.ts';
import type { Experiment } from '../../domain/experiment/experiment.ts';
import { deploymentUrn } from '../../domain/ids.ts';
import { experimentKind } from '../../storage/experiment/experiment.ts';
import { readLayersAhead, saveLayersAhead } from '../../storage/experiment/layers-ahead.ts';
import { findMatching } from '../../storage/study.ts';

/** Whose features: those of a project, or of some of its endpoints. */
export interface ClientFeaturesInput {
  readonly project: string;
  readonly endpoints?: readonly string[] | undefined;
}

/** The features as they are sent. */
export interface SentFeatures {
  readonly json: string;
  readonly etag: string;
}

/** How often is looked again while somebody listens and nothing of experiments is heard: the traffic around them may be another. */
const LOOK_AGAIN_MS = 5_000;

/** The experiments that clients may evaluate by themselves. */
export class ClientFeatures {
  readonly #db: Database;
  /** Looks that run, with how much had been heard before: all who listen to the same features share one. */
  readonly #looks = new Map<string, { readonly heard: number; readonly look: Promise<SentFeatures> }>();

  constructor(db: Database) {
    this.#db = db;
  }

  async read({ project, endpoints }: ClientFeaturesInput): Promise<SentFeatures> {
    const where = { status: { $in: SHOWN_STATUSES }, own: { clientEvaluation: true } };
    const found = await findMatching(this.#db.em(), experimentKind, project, where);
    const shown = found.filter((experiment) => !endpoints || endpoints.includes(endpointOf(experiment)));
    const deployments = [...new Set(shown.map(({ deployment }) => deployment))];
    const ahead = await readLayersAhead(this.#db.pool, project, deployments);
    const features = Object.fromEntries(
      shown.map((experiment) => [experiment.name, clientFeature(experiment, ahead.get(experiment.deployment) ?? null)]),
    );
    const json = JSON.stringify({ status: 200, features } satisfies GrowthbookFeatures);
    return { json, etag: `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"` };
  }

  /** The features at once, and again whenever they are others, until `signal` aborts. */
  async *changes(input: ClientFeaturesInput, signal: AbortSignal): AsyncGenerator<SentFeatures, void, undefined> {
    const { commits } = this.#db;
    let told = '';
    while (!signal.aborted) {
      const heard = commits.count();
      const now = await this.#look(input, heard);
      if (now.etag !== told) yield now;
      told = now.etag;
      await commits.after(heard, LOOK_AGAIN_MS, signal);
    }
  }

  /** Takes in what the registry says of a deployment's traffic. */
  async follow(em: EntityManager, { kind, project, urn, data }: AssetEvent): Promise<void> {
    if (kind !== 'deployment') return;
    const { trafficRevision, ahead } = DeploymentSnapshot.parse(data);
    await saveLayersAhead(em, { project, deployment: urn }, { trafficRevision, layers: ahead });
  }

  #look(input: ClientFeaturesInput, heard: number): Promise<SentFeatures> {
    const key = JSON.stringify([input.project, input.endpoints ?? null]);
    const running = this.#looks.get(key);
    // One that began before may not have seen what was heard since.
    if (running && running.heard >= heard) return running.look;
    const look = this.read(input).finally(() => {
      if (this.#looks.get(key)?.look === look) this.#looks.delete(key);
    });
    this.#looks.set(key, { heard, look });
    return look;
  }
}

/** The name of the endpoint that an experiment is on. */
const endpointOf = ({ project, deployment }: Experiment): string =>
  deploymentUrn.find(project, deployment)?.endpoint ?? '';
