import {
  applyDefinitions,
  place,
  type AppliedDefinitions,
  type ApplyOptions,
} from '../../../shared/definitions/apply.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { RegistryDeps } from '../deps.ts';
import { deploymentDefinition, endpointDefinition } from './defining.ts';
import type { WebhookFormat } from '../../domain/webhook/webhook.ts';
import { webhookDefinition } from '../webhook/webhook-definition.ts';
import type { FeatureSnapshots } from './feature-snapshots.ts';
import type { Releases } from './releases.ts';

/** Definitions of serving as the caller wrote them; what is left out is none. */
export interface ServingDefinitionSet {
  readonly endpoints?: readonly object[] | null | undefined;
  readonly deployments?: readonly object[] | null | undefined;
  readonly recipes?: readonly object[] | null | undefined;
  readonly featureSnapshots?: readonly object[] | null | undefined;
  readonly webhooks?: readonly { readonly url: string; readonly format: WebhookFormat }[] | null | undefined;
  /** An eventCursor of the feature subgraph to wait for. */
  readonly after?: string | null | undefined;
}

/** Endpoints, deployments, their recipes and snapshots, and webhooks, many at once. */
export class ServingDefinitions {
  readonly #deps: RegistryDeps;
  readonly #releases: Releases;

  readonly #snapshots: FeatureSnapshots;

  constructor(deps: RegistryDeps, releases: Releases, snapshots: FeatureSnapshots) {
    this.#deps = deps;
    this.#releases = releases;
    this.#snapshots = snapshots;
  }

  /** All of them in one transaction, in the order in which they build on each other. */
  async apply(context: RequestContext, set: ServingDefinitionSet, options: ApplyOptions): Promise<AppliedDefinitions> {
    if (typeof set.after === 'string') await this.#deps.awaitEvent(set.after, 'after');
    const placed = [
      ...(await place('endpoints', set.endpoints, (input) => endpointDefinition(context, input))),
      ...(await place('deployments', set.deployments, (input) => deploymentDefinition(context, input))),
      ...(await place('recipes', set.recipes, (input) => this.#releases.definition(context, input))),
      ...(await place('featureSnapshots', set.featureSnapshots, (input) => this.#snapshots.definition(context, input))),
      ...(await place('webhooks', set.webhooks, (input) => webhookDefinition(this.#deps, context, input))),
    ];
    const applied = await applyDefinitions(this.#deps, context, placed, options);
    const isSnapshotChanged = applied.changes.some(
      ({ kind, action }) => kind === 'feature-snapshot' && action !== 'UNCHANGED',
    );
    if (isSnapshotChanged && !options.dryRun) await this.#deps.publish(context.actor.project);
    return applied;
  }
}
