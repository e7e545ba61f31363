import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { TrafficLayer } from '../../../../schema/manifest.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import { deploymentUrn, parseReleaseId } from '../../domain/ids.ts';
import type { AllocationLayer } from '../../domain/lease.ts';
import type { Release } from '../../domain/serving/release.ts';
import type { TrafficChange } from '../../domain/serving/traffic.ts';
import { findByDigest, findReleases } from '../../storage/serving/release.ts';

/** Finds the releases that a change names, by id or by digest, and refuses those of another deployment. */
export class ReleaseNames {
  readonly #em: EntityManager;
  readonly #deployment: Deployment;

  constructor(em: EntityManager, deployment: Deployment) {
    this.#em = em;
    this.#deployment = deployment;
  }

  /** The change with digests in place of names. Throws NOT_FOUND. */
  async resolve(change: TrafficChange): Promise<TrafficChange> {
    if (change.kind === 'SET') {
      const layers: TrafficLayer[] = [];
      for (const [i, layer] of change.layers.entries()) layers.push(await this.#layer(layer, `layers.${i}`));
      return { ...change, layers };
    }
    if (change.kind === 'PROMOTE') return { ...change, release: await this.#digest(change.release, 'release') };
    if (change.kind === 'ACQUIRE') return { ...change, layer: await this.#allocation(change.layer, '') };
    if (change.kind === 'TESTERS') return { ...change, releases: await this.#digests(change.releases, 'releases') };
    if (change.kind === 'ACQUIRE_SHADOW') {
      return { ...change, layer: { ...change.layer, release: await this.#digest(change.layer.release, 'release') } };
    }
    if (change.kind === 'RELEASE' && change.promote !== undefined) {
      return { ...change, promote: await this.#digest(change.promote, 'promote') };
    }
    return change;
  }

  /** The digest behind one name. Throws NOT_FOUND. */
  digestOf(name: string, field: string): Promise<string> {
    return this.#digest(name, field);
  }

  /** The releases of some digests. */
  async named(digests: readonly string[]): Promise<readonly Release[]> {
    const found = await findByDigest(this.#em, this.#deployment.project, digests);
    return found.filter((release) => this.#isOurs(release));
  }

  async #layer(layer: TrafficLayer, field: string): Promise<TrafficLayer> {
    if (layer.kind === 'KILL') return layer;
    if (layer.kind === 'FORCED')
      return { ...layer, releases: await this.#digests(layer.releases, `${field}.releases`) };
    if (layer.kind === 'ALLOCATION') return this.#allocation(layer, `${field}.`);
    if (layer.kind !== 'VARIANT') return { ...layer, release: await this.#digest(layer.release, `${field}.release`) };
    const releases: Record<string, string> = {};
    for (const [value, name] of Object.entries(layer.releases)) {
      releases[value] = await this.#digest(name, `${field}.releases.${value}`);
    }
    return { ...layer, releases };
  }

  async #allocation(layer: AllocationLayer, prefix: string): Promise<AllocationLayer> {
    const arms: AllocationLayer['arms'] = [];
    for (const [i, arm] of layer.arms.entries()) {
      arms.push({ ...arm, release: await this.#digest(arm.release, `${prefix}arms.${i}.release`) });
    }
    return { ...layer, arms };
  }

  async #digests(names: readonly string[], field: string): Promise<string[]> {
    const digests: string[] = [];
    for (const [i, name] of names.entries()) digests.push(await this.#digest(name, `${field}.${i}`));
    return digests;
  }

  async #digest(name: string, field: string): Promise<string> {
    const found = /^[0-9a-f]{64}$/.test(name)
      ? await findByDigest(this.#em, this.#deployment.project, [name])
      : await findReleases(this.#em, [parseReleaseId(name, field)]);
    const [release] = found.filter((one) => this.#isOurs(one));
    if (release) return release.digest;
    throw new DomainError('NOT_FOUND', `${deploymentUrn(this.#deployment)} has no release ${name}`, { field });
  }

  #isOurs({ project, endpoint, environment }: Release): boolean {
    const ours = this.#deployment;
    return project === ours.project && endpoint === ours.endpoint && environment === ours.environment;
  }
}
