import type { Graph } from '../../../client/graph.ts';
import { DEPLOYMENT, ENDPOINT } from '../names.ts';
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
import { recipeOf } from './recipe.ts';

const lookAt = async (graph: Graph): Promise<ReleasesOfDeploymentQuery['deployment']> =>
  (await graph.run(ReleasesOfDeployment, { id: DEPLOYMENT })).deployment;

/** Whether somebody has made it already, by whatever means. */
export const deploymentExists = async (graph: Graph): Promise<boolean> => (await lookAt(graph)) !== null;

/** When the deployment was made. Throws where there is none, or nothing serves. */
export async function servingSince(graph: Graph): Promise<string> {
  const deployment = await lookAt(graph);
  if (!deployment?.live) throw new Error(`nothing serves ${DEPLOYMENT}: run "npm run flights -- setup" first`);
  return deployment.createdAt;
}

/** The endpoint and its deployment, unless they are there. */
export async function createDeployment(graph: Graph): Promise<void> {
  if (await lookAt(graph)) return;
  const id = `tiffin:default:endpoint:${ENDPOINT}`;
  const { endpoint } = await graph.run(OneEndpoint, { id });
  if (endpoint === null) {
    const description = 'At push-back: will this flight arrive more than 15 minutes late?';
    await graph.field(CreateEndpoint, { input: { name: ENDPOINT, description, owner: 'flights', tags: ['example'] } });
  }
  await graph.field(CreateDeployment, { input: { endpoint: id, environment: 'production' } });
}

/** The release of a version, made and approved by another person unless it is. It takes no traffic by itself. */
export async function releaseOf(
  { maker: { graph }, approver }: People,
  { name, version, service }: { readonly name: string; readonly version: string; readonly service: string },
): Promise<string> {
  const releases = (await lookAt(graph))?.releases.edges.map(({ node }) => node) ?? [];
  const existing = releases.find(({ modelVersions }) => modelVersions.some(({ id }) => id === version));
  const input = { deployment: DEPLOYMENT, recipe: recipeOf(version, service), description: name };
  const { id, approvalState } = existing ?? (await graph.field(CreateRelease, { input })).release;
  if (approvalState === 'WAITING') {
    const approval = { release: id, reason: 'The recipe is that of the example.' };
    await approver.graph.field(ApproveRelease, { input: approval });
  }
  return id;
}

/** The live release, and that of a model by its name, with its digest. Throws where one of them is not there yet. */
export async function liveAnd(
  graph: Graph,
  name: string,
): Promise<{ readonly live: string; readonly other: string; readonly digest: string }> {
  const deployment = await lookAt(graph);
  if (!deployment?.live) throw new Error('nothing is live yet: npm run flights -- setup');
  const other = deployment.releases.edges.map(({ node }) => node).find(({ description }) => description === name);
  if (!other) throw new Error(`there is no release "${name}" yet: npm run flights -- challenger`);
  return { live: deployment.live.id, other: other.id, digest: other.digest };
}

/** Puts a release live where nothing is. What somebody else has put live stays. */
export async function promoteFirst(graph: Graph, release: string): Promise<void> {
  if ((await lookAt(graph))?.live) return;
  const reason = 'The first one, approved by another person.';
  const input = { deployment: DEPLOYMENT, release, cause: 'flights:set-up', reason };
  // Its cause makes it one change, however often it is asked for.
  await graph.field(PromoteRelease, { input }, { repeatable: true });
}
