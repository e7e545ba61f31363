import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { isSame, type Definition } from '../../../shared/definitions/definition.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import { snapshotAsInput } from '../../domain/serving/as-input.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import {
  checkAudiences,
  MOST_SNAPSHOTS,
  readSnapshotTerms,
  type FeatureSnapshot,
  type SnapshotReading,
} from '../../domain/serving/feature-snapshot.ts';
import { runnableReleases } from '../../domain/serving/traffic.ts';
import { deploymentUrn, featureSnapshotUrn, type DeploymentKey } from '../../domain/ids.ts';
import { findDeployments, unknownDeployment } from '../../storage/serving/deployment.ts';
import {
  deleteSnapshot,
  dueSnapshots,
  lockSnapshot,
  noteReadings,
  saveSnapshot,
  snapshotDigests,
  snapshotsOf,
} from '../../storage/serving/feature-snapshot.ts';
import { findByDigest } from '../../storage/serving/release.ts';
import type { RegistryDeps } from '../deps.ts';
import { SnapshotReads } from './snapshot-reads.ts';

const SECOND_MS = 1_000;
/** What could not be read is tried again this soon. */
const RETRY_MS = 30 * SECOND_MS;
/** So long a node that holds the manifest before may still fetch what that names. */
const GRACE_MS = 10 * 60 * SECOND_MS;

type Read = Pick<FeatureSnapshot, 'readings' | 'checkedAt' | 'dueAt' | 'problem'>;

/** Features of chosen entities that nodes keep for when no store can be asked: set by people, read again by the clock. */
export class FeatureSnapshots {
  readonly #deps: RegistryDeps;
  readonly #reads: SnapshotReads;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
    this.#reads = new SnapshotReads({ feature: deps.feature, blobs: deps.snapshotBlobs });
  }

  /** Reads the entities at once, so that what the services do not take is refused; where these are away it is set all the same. */
  async set(context: RequestContext, input: unknown): Promise<FeatureSnapshot> {
    const { deployment: id, ...terms } = readSnapshotTerms(input);
    const { project, subject: createdBy } = context.actor;
    const key = deploymentUrn.parse(project, id, 'deployment');
    const deployment = await this.#deployment(key);
    checkAudiences(terms.audiences, deployment.audiences);
    const { readings = [] } = (await this.of(key)).find(({ name }) => name === terms.name) ?? {};
    const read = await this.#read(deployment, { ...terms, readings });
    if (read.refusal) throw read.refusal;
    const about = { action: 'feature-snapshot.set', subject: featureSnapshotUrn.format({ ...key, name: terms.name }) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      const before = await lockSnapshot(em, { ...key, name: terms.name });
      if (!before) await requireRoom(em, key);
      const made = { createdAt: before?.createdAt ?? at, createdBy: before?.createdBy ?? createdBy };
      const after: FeatureSnapshot = {
        ...key,
        ...terms,
        ...made,
        ...read.read,
        revision: (before?.revision ?? 0) + 1,
      };
      await saveSnapshot(em, after);
      return { value: after, before, events: [] };
    });
    await this.#deps.publish(project);
    return value;
  }

  /** A snapshot as it shall be. Its entities are read at once, but for a deployment that is defined together with it. */
  async definition(context: RequestContext, input: unknown): Promise<Definition<FeatureSnapshot>> {
    const { deployment: id, ...terms } = readSnapshotTerms(input);
    const { project, subject: createdBy } = context.actor;
    const key = deploymentUrn.parse(project, id, 'deployment');
    const [standing] = await findDeployments(this.#deps.db.em(), [key]);
    if (standing) checkAudiences(terms.audiences, standing.audiences);
    const { readings = [] } = (await this.of(key)).find(({ name }) => name === terms.name) ?? {};
    const found = standing && (await this.#read(standing, { ...terms, readings }));
    if (found?.refusal) throw found.refusal;
    return {
      action: 'feature-snapshot.define',
      subject: featureSnapshotUrn.format({ ...key, name: terms.name }),
      idOf: (snapshot) => featureSnapshotUrn.format(snapshot),
      asInput: snapshotAsInput,
      decide: async (em, at) => {
        const [deployment] = await findDeployments(em, [key]);
        if (!deployment) throw unknownDeployment(key, 'deployment');
        checkAudiences(terms.audiences, deployment.audiences);
        const before = (await lockSnapshot(em, { ...key, name: terms.name })) ?? null;
        if (!before) await requireRoom(em, key);
        const { createdAt = at, revision = 0, createdBy: maker = createdBy } = before ?? {};
        const read = found?.read ?? { readings, checkedAt: null, dueAt: at, problem: null };
        const after = { ...key, ...terms, createdAt, createdBy: maker, ...read, revision: revision + 1 };
        return { before, after: before && isSame(snapshotAsInput(before), snapshotAsInput(after)) ? before : after };
      },
      save: async (em, { after }) => {
        await saveSnapshot(em, after);
        return [];
      },
    };
  }

  async remove(
    context: RequestContext,
    input: { readonly deployment: string; readonly name: string },
  ): Promise<string> {
    const { project } = context.actor;
    const { name } = input;
    const key = deploymentUrn.parse(project, input.deployment, 'deployment');
    const about = { action: 'feature-snapshot.remove', subject: featureSnapshotUrn.format({ ...key, name }) };
    await change(this.#deps, context, about, async (em) => {
      const before = await lockSnapshot(em, { ...key, name });
      if (!before) {
        const allowed = (await snapshotsOf(em, [key])).map((one) => one.name);
        throw new DomainError('NOT_FOUND', `name: there is no snapshot "${name}" of ${deploymentUrn.format(key)}`, {
          field: 'name',
          allowed,
        });
      }
      await deleteSnapshot(em, before);
      return { value: before, before, after: null, events: [] };
    });
    await this.#deps.publish(project);
    return name;
  }

  of(key: DeploymentKey): Promise<readonly FeatureSnapshot[]> {
    return snapshotsOf(this.#deps.db.em(), [key]);
  }

  /** Reads again what is due. */
  async refreshDue(): Promise<void> {
    const { db, now, log, publish } = this.#deps;
    const due = await dueSnapshots(db.em(), now());
    const changed = new Set<string>();
    for (const snapshot of due) {
      const [deployment] = await findDeployments(db.em(), [snapshot]);
      if (!deployment) continue;
      const { read, refusal } = await this.#read(deployment, snapshot);
      const problem = refusal?.message ?? read.problem;
      const { name } = snapshot;
      if (problem !== null && problem !== snapshot.problem) log.warn({ name, problem }, 'a snapshot cannot be read');
      const noted = await db.transaction((em) => noteReadings(em, { ...snapshot, ...read, problem }));
      const isOther = JSON.stringify(read.readings) !== JSON.stringify(snapshot.readings);
      if (noted && isOther) changed.add(snapshot.project);
    }
    for (const project of changed) await publish(project);
  }

  /** Lets go of blobs that no snapshot has any more; says how many there were. */
  async dropReplaced(): Promise<number> {
    const { db, snapshotBlobs } = this.#deps;
    return snapshotBlobs.removeOthers(await snapshotDigests(db.em()), GRACE_MS);
  }

  async #deployment(key: DeploymentKey): Promise<Deployment> {
    const [deployment] = await findDeployments(this.#deps.db.em(), [key]);
    if (deployment) return deployment;
    throw unknownDeployment(key, 'deployment');
  }

  /**
   * One reading for each service that the releases of the deployment read. What cannot be read leaves what was read before;
   * `refusal` is why where another call would be refused too.
   */
  async #read(
    deployment: Deployment,
    { entities, everySeconds, readings }: Pick<FeatureSnapshot, 'entities' | 'everySeconds' | 'readings'>,
  ): Promise<{ readonly read: Read; readonly refusal: DomainError | null }> {
    const { db, now } = this.#deps;
    const at = now();
    const digests = [...runnableReleases(deployment.traffic)];
    const releases = await findByDigest(db.em(), deployment.project, digests);
    const services = [...new Set(releases.flatMap(({ featureService }) => featureService ?? []))].sort();
    const found: SnapshotReading[] = [];
    let failure: DomainError | null = null;
    for (const service of services) {
      const before = readings.find((one) => one.service === service);
      try {
        found.push(await this.#reads.read(deployment.project, service, entities, at, before));
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        failure ??= error;
        if (before) found.push(before);
      }
    }
    const nothing = services.length === 0 ? 'no release of this deployment that has traffic reads features' : null;
    const waitMs = failure ? Math.min(RETRY_MS, everySeconds * SECOND_MS) : everySeconds * SECOND_MS;
    return {
      read: {
        readings: found,
        checkedAt: at,
        dueAt: new Date(at.getTime() + waitMs),
        problem: failure?.message ?? nothing,
      },
      refusal: failure && !AWAY.includes(failure.code) ? failure : null,
    };
  }
}

const AWAY: readonly string[] = ['SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE', 'TIMEOUT', 'STORAGE_FULL'];

async function requireRoom(em: EntityManager, key: DeploymentKey): Promise<void> {
  const there = await snapshotsOf(em, [key]);
  if (there.length < MOST_SNAPSHOTS) return;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `name: the deployment has ${there.length} snapshots already, as many as are allowed: set one of them, or remove one`,
    { field: 'name', allowed: there.map(({ name }) => name) },
  );
}
