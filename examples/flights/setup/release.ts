import * as z from 'zod';
import { CallError } from '../client/call.ts';
import { nodesOf, type Graph } from '../client/graph.ts';
import { DEPLOYMENT, ENDPOINT } from '../names.ts';
import { recipeOf } from './recipe.ts';

const Release = z.object({ id: z.string(), modelVersions: z.array(z.object({ id: z.string() })) });
const RELEASE = 'id modelVersions { id }';

const Deployment = z.object({ live: Release.nullable(), releases: nodesOf(Release) });

const lookAt = (graph: Graph): Promise<z.infer<typeof Deployment> | null> =>
  graph.ask(
    Deployment.nullable(),
    `query ($id: ID!) { deployment(id: $id) { live { ${RELEASE} } releases(first: 100) { edges { node { ${RELEASE} } } } } }`,
    { id: DEPLOYMENT },
  );

/** Whether somebody has made it already, by whatever means. */
export const deploymentExists = async (graph: Graph): Promise<boolean> => (await lookAt(graph)) !== null;

/** The endpoint and its deployment, unless they are there. */
export async function createDeployment(graph: Graph): Promise<void> {
  if (await lookAt(graph)) return;
  const endpoint = `tiffin:default:endpoint:${ENDPOINT}`;
  const found = await graph.ask(z.unknown().nullable(), 'query ($id: ID!) { endpoint(id: $id) { id } }', {
    id: endpoint,
  });
  if (found === null) {
    const description = 'At push-back: will this flight arrive more than 15 minutes late?';
    await graph.change(
      z.unknown(),
      'createEndpoint',
      { name: ENDPOINT, description, owner: 'flights', tags: ['example'] },
      '{ eventCursor }',
    );
  }
  await graph.change(z.unknown(), 'createDeployment', { endpoint, environment: 'production' }, '{ eventCursor }');
}

/** The release of a version, made unless there is one. It takes no traffic by itself. */
export async function releaseOf(
  graph: Graph,
  { name, version, service }: { readonly name: string; readonly version: string; readonly service: string },
): Promise<string> {
  const existing = (await lookAt(graph))?.releases.find(({ modelVersions }) =>
    modelVersions.some(({ id }) => id === version),
  );
  if (existing) return existing.id;
  const { release } = await graph.change(
    z.object({ release: Release }),
    'createRelease',
    { deployment: DEPLOYMENT, recipe: recipeOf(version, service), description: name },
    `{ release { ${RELEASE} } }`,
  );
  return release.id;
}

/** The live release, and that of a model by its name, with its digest. Throws where one of them is not there yet. */
export async function liveAnd(
  graph: Graph,
  name: string,
): Promise<{ readonly live: string; readonly other: string; readonly digest: string }> {
  const deployment = await graph.ask(
    z.object({ live: Named.nullable(), releases: nodesOf(Named) }).nullable(),
    `query ($id: ID!) { deployment(id: $id) { live { id description digest } releases(first: 100) { edges { node { id description digest } } } } }`,
    { id: DEPLOYMENT },
  );
  if (!deployment?.live) throw new CallError('nothing is live yet: npm run flights -- setup');
  const other = deployment.releases.find(({ description }) => description === name);
  if (!other) throw new CallError(`there is no release "${name}" yet: npm run flights -- challenger`);
  return { live: deployment.live.id, other: other.id, digest: other.digest };
}

const Named = z.object({ id: z.string(), description: z.string(), digest: z.string() });

/** Puts a release live where nothing is. What somebody else has put live stays. */
export async function promoteFirst(graph: Graph, release: string): Promise<void> {
  if ((await lookAt(graph))?.live) return;
  await graph.define(
    z.unknown(),
    'promoteRelease',
    { deployment: DEPLOYMENT, release, cause: 'flights:set-up', reason: 'The first one, approved by another person.' },
    '{ applied }',
  );
}
