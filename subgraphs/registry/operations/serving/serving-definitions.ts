import {
  applyDefinitions,
  place,
  type AppliedDefinitions,
  type ApplyOptions,
} from '../../../shared/definitions/apply.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { RegistryDeps } from '../deps.ts';
import { deploymentDefinition, endpointDefinition } from './defining.ts';
import type { Releases } from './releases.ts';

/** Definitions of serving as the caller wrote them; what is left out is none. */
export interface ServingDefinitionSet {
  readonly endpoints?: readonly object[] | null | undefined;
  readonly deployments?: readonly object[] | null | undefined;
  readonly recipes?: readonly object[] | null | undefined;
  /** An eventCursor of the feature subgraph to wait for. */
  readonly after?: string | null | undefined;
}

/** Endpoints, deployments and their recipes, many at once. */
export class ServingDefinitions {
  readonly #deps: RegistryDeps;
  readonly #releases: Releases;

  constructor(deps: RegistryDeps, releases: Releases) {
    this.#deps = deps;
    this.#releases = releases;
  }

  /** All of them in one transaction, in the order in which they build on each other. */
  async apply(context: RequestContext, set: ServingDefinitionSet, options: ApplyOptions): Promise<AppliedDefinitions> {
    if (typeof set.after === 'string') await this.#deps.awaitEvent(set.after, 'after');
    const placed = [
      ...(await place('endpoints', set.endpoints, (input) => endpointDefinition(context, input))),
      ...(await place('deployments', set.deployments, (input) => deploymentDefinition(context, input))),
      ...(await place('recipes', set.recipes, (input) => this.#releases.definition(context, input))),
    ];
    return applyDefinitions(this.#deps, context, placed, options);
  }
}
