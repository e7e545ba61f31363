import type { Graph } from '../../../client/graph.ts';
import type { People } from '../../shared/setup/model-version.ts';
import * as shared from '../../shared/setup/release.ts';
import { DEPLOYMENT, ENDPOINT, WEB_AUDIENCE } from '../names.ts';
import { recipeOf } from './recipe.ts';

/** Whether somebody has made it already, by whatever means. */
export const deploymentExists = async (graph: Graph): Promise<boolean> =>
  (await shared.lookAt(graph, DEPLOYMENT)) !== null;

/** When the deployment was made. Throws where there is none, or nothing serves. */
export async function servingSince(graph: Graph): Promise<string> {
  const deployment = await shared.lookAt(graph, DEPLOYMENT);
  if (!deployment?.live) throw new Error(`nothing serves ${DEPLOYMENT}: run "npm run flights -- setup" first`);
  return deployment.createdAt;
}

/** The endpoint and its deployment, unless they are there. */
export const createDeployment = (graph: Graph): Promise<void> =>
  shared.createDeployment(graph, {
    id: DEPLOYMENT,
    endpoint: ENDPOINT,
    description: 'At push-back: will this flight arrive more than 15 minutes late?',
    owner: 'flights',
    audiences: [WEB_AUDIENCE],
  });

/** The release of a version, made and approved by another person unless it is. It takes no traffic by itself. */
export const releaseOf = (
  people: People,
  { name, version, service }: { readonly name: string; readonly version: string; readonly service: string },
): Promise<string> =>
  shared.releaseOf(people, DEPLOYMENT, { name, versions: [version], recipe: recipeOf(version, service) });

/** The live release, and that of a model by its name, with its digest. Throws where one of them is not there yet. */
export async function liveAnd(
  graph: Graph,
  name: string,
): Promise<{ readonly live: string; readonly other: string; readonly digest: string }> {
  const deployment = await shared.lookAt(graph, DEPLOYMENT);
  if (!deployment?.live) throw new Error('nothing is live yet: npm run flights -- setup');
  const other = deployment.releases.edges.map(({ node }) => node).find(({ description }) => description === name);
  if (!other) throw new Error(`there is no release "${name}" yet: npm run flights -- challenger`);
  return { live: deployment.live.id, other: other.id, digest: other.digest };
}

/** Puts a release live where nothing is. What somebody else has put live stays. */
export const promoteFirst = (graph: Graph, release: string): Promise<void> =>
  shared.promoteFirst(graph, DEPLOYMENT, { release, cause: 'flights:set-up' });
