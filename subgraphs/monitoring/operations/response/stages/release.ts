import { parse } from 'graphql';
import { modelVersionUrn } from '../../../domain/ids.ts';
import { mutation } from '../peers.ts';
import { awaitApproval, causeOf, next, stop, type RunStage } from './stage.ts';

interface Recipe {
  readonly models: readonly { readonly version: string }[];
}

interface Found {
  readonly live: { readonly id: string; readonly recipe: Recipe } | null;
  readonly releases: {
    readonly edges: readonly { readonly node: { readonly id: string; readonly description: string } }[];
  };
}

const LIVE = parse(`query ($id: ID!) { deployment(id: $id) { live { id recipe }
  releases(first: 100) { edges { node { id description } } } } }`);
const APPLY = mutation('applyServingDefinitions', 'changes { id kind }');
const STATE = parse('query ($id: ID!) { release(id: $id) { approvalState } }');

/** The recipe that answers now with the new version in it. Its approval speaks of the recipe with the versions left open. */
export const release: RunStage = async ({ now, response }, run) => {
  const { deployment } = run.definition;
  const version = run.modelVersion ?? '';
  const found = await response.registry<Found | null>(run, 'deployment', LIVE, { id: deployment });
  if (!found?.live) return stop(`nothing serves ${deployment}`);
  const { recipe } = found.live;
  const description = `${run.policy}, ${causeOf(run)}`;
  const made = found.releases.edges.find(({ node }) => node.description === description)?.node.id;
  const { model } = modelVersionUrn.parse(run.project, version, 'modelVersion');
  const isOfModel = (one: { readonly version: string }): boolean =>
    modelVersionUrn.find(run.project, one.version)?.model === model;
  if (!recipe.models.some(isOfModel)) return stop(`what serves ${deployment} runs no version of ${model}`);
  const models = recipe.models.map((one) => (isOfModel(one) ? { ...one, version } : one));
  const id = made ?? (await apply());
  const { approvalState } = await response.registry<{ readonly approvalState: string }>(run, 'release', STATE, { id });
  const text = `the recipe of ${id} is ${approvalState}: another person approves it (approveRelease)`;
  if (approvalState === 'WAITING') return awaitApproval(run, now(), text);
  if (approvalState === 'REJECTED') return stop(text);
  return next(`${id} runs ${version}`, { release: id });

  async function apply(): Promise<string> {
    const recipes = [{ deployment, recipe: { ...recipe, models }, description }];
    const { changes } = await response.registry<{ readonly changes: readonly { readonly id: string }[] }>(
      run,
      'applyServingDefinitions',
      APPLY,
      { input: { recipes } },
    );
    return changes[0]?.id ?? '';
  }
};
