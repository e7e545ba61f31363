import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { kindOf } from '../../../../core/traffic/layer-kinds.ts';
import { mapReleases } from '../../../../core/traffic/layers.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import { deploymentUrn, releaseUrn } from '../../domain/ids.ts';
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

  /** The change with digests in place of names. Throws NOT_FOUND that names the place. */
  async resolve(change: TrafficChange): Promise<TrafficChange> {
    const named: { readonly name: string; readonly field: string }[] = [];
    mapNames(change, (name, field) => {
      named.push({ name, field });
      return name;
    });
    const digests = new Map<string, string>();
    for (const { name, field } of named) digests.set(name, await this.digestOf(name, field));
    return mapNames(change, (name) => digests.get(name) ?? name);
  }

  /** The digest behind one name. Throws NOT_FOUND. */
  async digestOf(name: string, field: string): Promise<string> {
    const found = /^[0-9a-f]{64}$/.test(name)
      ? await findByDigest(this.#em, this.#deployment.project, [name])
      : await findReleases(this.#em, [releaseUrn.parse(this.#deployment.project, name, field)]);
    const [release] = found.filter((one) => this.#isOurs(one));
    if (release) return release.digest;
    throw new DomainError('NOT_FOUND', `${field}: ${deploymentUrn.format(this.#deployment)} has no release ${name}`, {
      field,
    });
  }

  /** The releases of some digests. */
  async named(digests: readonly string[]): Promise<readonly Release[]> {
    const found = await findByDigest(this.#em, this.#deployment.project, digests);
    return found.filter((release) => this.#isOurs(release));
  }

  #isOurs({ project, endpoint, environment }: Release): boolean {
    const ours = this.#deployment;
    return project === ours.project && endpoint === ours.endpoint && environment === ours.environment;
  }
}

/** The change with each name of a release replaced; `field` is where the change names it. */
function mapNames(change: TrafficChange, replace: (name: string, field: string) => string): TrafficChange {
  switch (change.kind) {
    case 'SET':
      return { ...change, layers: mapReleases(change.layers, replace) };
    case 'PROMOTE':
      return { ...change, release: replace(change.release, 'release') };
    case 'ACQUIRE_ALLOCATION':
      return { ...change, layer: kindOf(change.layer).mapReleases(change.layer, replace) };
    case 'ACQUIRE_SHADOW':
      return { ...change, layer: kindOf(change.layer).mapReleases(change.layer, replace) };
    case 'TESTERS':
      return { ...change, releases: change.releases.map((name, i) => replace(name, `releases.${i}`)) };
    case 'ROLLBACK':
      return change.to === undefined ? change : { ...change, to: replace(change.to, 'to') };
    case 'END_ALLOCATION':
      return change.promote === undefined ? change : { ...change, promote: replace(change.promote, 'promote') };
    case 'FALLBACK':
    case 'KILL':
    case 'LIFT_FREEZE':
    case 'END_SHADOW':
    default:
      return change;
  }
}
