import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import type { ManifestDeployment } from '../../../../schema/manifest.ts';
import { digestOf } from '../../../shared/audit/canonical-json.ts';
import type { Database } from '../../../shared/database/database.ts';
import { releasesAnswering, releasesIn, requiredBy } from '../../../../core/traffic/layers.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import { deploymentUrn } from '../../domain/ids.ts';
import {
  audiencesOf,
  cutFor,
  isDueForRenewal,
  issueManifest,
  type DeliveredSnapshot,
  type ServingDeployment,
} from '../../domain/serving/manifest.ts';
import type { FeatureSnapshot } from '../../domain/serving/feature-snapshot.ts';
import { blobsOfRelease, type Release } from '../../domain/serving/release.ts';
import { signManifest, type SigningKey } from '../../domain/signature.ts';
import { previousRelease, runnableReleases } from '../../domain/serving/traffic.ts';
import { allDeployments } from '../../storage/serving/deployment.ts';
import { snapshotsOf } from '../../storage/serving/feature-snapshot.ts';
import {
  findManifests,
  lockIssue,
  projectsServing,
  saveManifest,
  type IssuedManifest,
} from '../../storage/serving/manifest.ts';
import { findByDigest } from '../../storage/serving/release.ts';
import type { ManifestFiles } from '../../storage/files/manifest-files.ts';

export interface IssuerOptions {
  readonly db: Database;
  readonly files: ManifestFiles;
  readonly keys: readonly SigningKey[];
  readonly now: () => Date;
  readonly lifetimeMs: number;
  readonly log: Logger;
}

const DEFAULT_PROJECT = 'default';
const LONGEST_TURN_MS = 5_000;

/**
 * Builds manifests from what is committed, signs them and commits them to files. Each change of what an audience sees
 * raises its revision by one; so does a renewal. Replicas take turns and write what another one issued.
 */
export class ManifestIssuer {
  readonly #options: IssuerOptions;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: IssuerOptions) {
    this.#options = options;
  }

  /** Issues what is due now, and from then on at every turn: changes of other replicas, renewals, what a crash left. */
  async start(): Promise<void> {
    await this.#options.files.load();
    await this.#takeTurn();
    const everyMs = Math.min(LONGEST_TURN_MS, this.#options.lifetimeMs / 10);
    this.#timer = setInterval(() => {
      this.#turn = this.#turn.then(() => this.#takeTurn());
    }, everyMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turn;
  }

  /** After a change: issues at once. A failure is logged and mended at the next turn; what is committed stays. */
  async publish(project: string): Promise<void> {
    try {
      await this.#issue(project);
    } catch (error) {
      this.#options.log.error({ err: error, project }, 'a manifest could not be issued and is tried again');
    }
  }

  async #takeTurn(): Promise<void> {
    const { db, log } = this.#options;
    try {
      const projects = new Set([DEFAULT_PROJECT, ...(await projectsServing(db.em()))]);
      for (const project of projects) await this.publish(project);
    } catch (error) {
      log.warn({ err: error }, 'the database cannot be asked for manifests; the committed ones are served on');
    }
  }

  async #issue(project: string): Promise<void> {
    const { db, files } = this.#options;
    const issued = await db.transaction(async (em) => {
      await lockIssue(em, project);
      const serving = await servingIn(em, project);
      const held = new Map((await findManifests(em, project)).map((one) => [one.audience, one]));
      const audiences = new Set([...audiencesOf(serving.map(({ told }) => told)), ...held.keys()]);
      const all: IssuedManifest[] = [];
      for (const audience of audiences) all.push(await this.#next(em, project, audience, serving, held.get(audience)));
      return all;
    });
    for (const manifest of issued) await files.commit(manifest);
  }

  async #next(
    em: EntityManager,
    project: string,
    audience: string,
    serving: readonly Serving[],
    held: IssuedManifest | undefined,
  ): Promise<IssuedManifest> {
    const { files, keys, now: clock, lifetimeMs } = this.#options;
    const now = clock();
    const deployments = cutFor(
      audience,
      serving.map(({ told }) => told),
    );
    const content = digestOf(deployments);
    const keyIds = keys.map(({ keyId }) => keyId);
    // A file ahead of the database means that the database was restored: nodes have seen that revision.
    const delivered = files.revisionOf(project, audience);
    const current =
      held !== undefined &&
      held.content === content &&
      held.revision >= delivered &&
      held.keyIds.join() === keyIds.join() &&
      !isDueForRenewal(held.issuedAt, held.expiresAt, now);
    if (current) return held;
    const revision = Math.max(held?.revision ?? 0, delivered) + 1;
    const manifest = issueManifest({ audience, revision, now, lifetimeMs }, deployments);
    const issued: IssuedManifest = {
      project,
      audience,
      revision,
      content,
      keyIds,
      issuedAt: now,
      expiresAt: new Date(manifest.expiresAt),
      envelope: await signManifest(manifest, keys),
      blobs: blobsOf(deployments, serving),
    };
    await saveManifest(em, issued);
    return issued;
  }
}

interface Serving {
  readonly told: ServingDeployment;
  readonly releases: readonly Release[];
}

/** Every deployment that has traffic, with the releases that it may run: those in traffic and the way back. */
async function servingIn(em: EntityManager, project: string): Promise<readonly Serving[]> {
  const deployments = (await allDeployments(em, project)).filter(({ traffic }) => traffic.layers.length > 0);
  const digests = new Set(deployments.flatMap(({ traffic }) => [...runnableReleases(traffic)]));
  const releases = new Map((await findByDigest(em, project, [...digests])).map((one) => [one.digest, one]));
  const snapshots = await snapshotsOf(em, deployments);
  return deployments.map((deployment) => {
    const own = [...runnableReleases(deployment.traffic)].flatMap((digest) => releases.get(digest) ?? []);
    const told = {
      entry: entryOf(deployment, own),
      audiences: deployment.audiences,
      snapshots: snapshots
        .filter(
          ({ endpoint, environment }) => endpoint === deployment.endpoint && environment === deployment.environment,
        )
        .flatMap(deliveredOf),
    };
    return { told, releases: own };
  });
}

function entryOf(deployment: Deployment, releases: readonly Release[]): ManifestDeployment {
  const { endpoint, environment, traffic, refuseAfterMs } = deployment;
  // A shadow that a node cannot run must not cost it the deployment.
  const answering = new Set(releasesAnswering(traffic.layers));
  const requires = releases.filter(({ digest }) => answering.has(digest)).flatMap((release) => release.requires);
  return {
    deployment: deploymentUrn.format(deployment),
    endpoint,
    environment,
    revision: traffic.revision,
    requires: [...new Set([...requires, ...requiredBy(traffic.layers)])].sort(),
    traffic: traffic.layers,
    previous: previousRelease(traffic),
    refuseAfterMs,
    snapshots: [],
  };
}

/** What nodes are told of a snapshot: a blob for each service. */
const deliveredOf = ({ name, audiences, readings }: FeatureSnapshot): readonly DeliveredSnapshot[] =>
  readings.map(({ service, digest, sizeBytes }) => ({ audiences, snapshot: { name, service, digest, sizeBytes } }));

function blobsOf(deployments: readonly ManifestDeployment[], serving: readonly Serving[]): readonly string[] {
  const named = new Set(
    deployments.flatMap(({ traffic, previous }) => [...releasesIn(traffic), ...(previous === null ? [] : [previous])]),
  );
  const releases = serving.flatMap((one) => one.releases).filter(({ digest }) => named.has(digest));
  const pinned = deployments.flatMap(({ snapshots }) => snapshots.map(({ digest }) => digest));
  return [...new Set([...releases.flatMap(blobsOfRelease), ...pinned])];
}
