import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import { releasesAnswering } from '../../../../core/traffic/layers.ts';
import { deploymentUrn, versionUrn } from '../../domain/ids.ts';
import { requireReason } from '../../domain/governance/break-glass.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { findDeployments } from '../../storage/serving/deployment.ts';
import { releasesOfVersions } from '../../storage/serving/release.ts';
import { findVersion } from '../../storage/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';
import type { Traffic } from '../serving/traffic.ts';
import type { Approvals } from '../version/approvals.ts';

export interface KillModelVersionInput {
  readonly id: string;
  readonly reason: string;
}

export interface Killed extends Changed<ModelVersion> {
  /** The deployments that fell back. */
  readonly deployments: readonly string[];
}

interface Parts {
  readonly approvals: Pick<Approvals, 'step'>;
  readonly traffic: Pick<Traffic, 'change'>;
}

/** Takes a version out of service at once, wherever it answers. */
export class KillSwitch {
  readonly #deps: Pick<RegistryDeps, 'db'>;
  readonly #parts: Parts;

  constructor(deps: Pick<RegistryDeps, 'db'>, parts: Parts) {
    this.#deps = deps;
    this.#parts = parts;
  }

  /**
   * Suspends the version, then has every deployment in which it answers fall back: to the release before where that is fit, else to what
   * its recipe declares. Asked again it goes on where it was interrupted.
   */
  async kill(context: RequestContext, { id, reason }: KillModelVersionInput): Promise<Killed> {
    requireReason(reason);
    const version = await this.#suspended(context, id, reason);
    const deployments: string[] = [];
    for (const deployment of await this.#answering(version.value)) {
      const change = { kind: 'FALLBACK', reason } as const;
      const { applied } = await this.#parts.traffic.change(context, { deployment, change, reason });
      if (applied) deployments.push(deployment);
    }
    return { ...version, deployments };
  }

  async #suspended(context: RequestContext, id: string, reason: string): Promise<Changed<ModelVersion>> {
    const key = versionUrn.parse(context.actor.project, id);
    const version = await findVersion(this.#deps.db.em(), key, 'id');
    if (version.state === 'SUSPENDED') return { value: version, eventCursor: null };
    return this.#parts.approvals.step(context, { id, action: 'SUSPEND', reason });
  }

  async #answering(version: ModelVersion): Promise<readonly string[]> {
    const em = this.#deps.db.em();
    const releases = await releasesOfVersions(em, version.project, [versionUrn.format(version)]);
    const digests = new Set(releases.map(({ digest }) => digest));
    const deployments = new Map((await findDeployments(em, releases)).map((one) => [deploymentUrn.format(one), one]));
    return [...deployments].flatMap(([id, { traffic }]) =>
      releasesAnswering(traffic.layers).some((digest) => digests.has(digest)) ? [id] : [],
    );
  }
}
