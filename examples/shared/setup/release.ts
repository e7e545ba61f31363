import type { Graph } from '../../../client/graph.ts';
import type { RecipeInput } from '../../../schema/recipe.ts';
import {
  ApproveRelease,
  CreateDeployment,
  CreateEndpoint,
  CreateRelease,
  OneEndpoint,
  PromoteRelease,
  ReleasesOfDeployment,
  type ReleasesOfDeploymentQuery,
} from '../operations.ts';
import type { People } from './model-version.ts';

/** The deployment of an example: an endpoint of its own, in production. */
export interface ExampleDeployment {
  readonly id: string;
  readonly endpoint: string;
  readonly description: string;
  readonly owner: string;
  /** Devices that may serve it too. */
  readonly audiences?: readonly string[];
}

export const lookAt = async (graph: Graph, id: string): Promise<ReleasesOfDeploymentQuery['deployment']> =>
  (await graph.run(ReleasesOfDeployment, { id })).deployment;

/** The endpoint and its deployment, unless they are there. */
export async function createDeployment(
  graph: Graph,
  { id, endpoint: name, description, owner, audiences = [] }: ExampleDeployment,
): Promise<void> {
  if (await lookAt(graph, id)) return;
  const endpointId = `tiffin:default:endpoint:${name}`;
  const { endpoint } = await graph.run(OneEndpoint, { id: endpointId });
  if (endpoint === null) {
    await graph.field(CreateEndpoint, { input: { name, description, owner, tags: ['example'] } });
  }
  await graph.field(CreateDeployment, {
    input: { endpoint: endpointId, environment: 'production', audiences: [...audiences] },
  });
}

export interface NewRelease {
  readonly name: string;
  /** The versions that it runs, in the order of the recipe. */
  readonly versions: readonly string[];
  readonly recipe: RecipeInput;
}

/** The release of these versions, made and approved by another person unless it is. It takes no traffic by itself. */
export async function releaseOf(
  { maker: { graph }, approver }: People,
  deployment: string,
  { name, versions, recipe }: NewRelease,
): Promise<string> {
  const releases = (await lookAt(graph, deployment))?.releases.edges.map(({ node }) => node) ?? [];
  const existing = releases.find(({ modelVersions }) =>
    versions.every((version) => modelVersions.some(({ id }) => id === version)),
  );
  const input = { deployment, recipe, description: name };
  const { id, approvalState } = existing ?? (await graph.field(CreateRelease, { input })).release;
  if (approvalState === 'WAITING') {
    const approval = { release: id, reason: 'The recipe is that of the example.' };
    await approver.graph.field(ApproveRelease, { input: approval });
  }
  return id;
}

/** Puts a release live where nothing is. What somebody else has put live stays. */
export async function promoteFirst(
  graph: Graph,
  deployment: string,
  { release, cause }: { readonly release: string; readonly cause: string },
): Promise<void> {
  if ((await lookAt(graph, deployment))?.live) return;
  const reason = 'The first one, approved by another person.';
  // Its cause makes it one change, however often it is asked for.
  await graph.field(PromoteRelease, { input: { deployment, release, cause, reason } }, { repeatable: true });
}
