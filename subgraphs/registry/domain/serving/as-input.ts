import type { Recipe } from '../../../../schema/recipe.ts';
import type { Deployment, Endpoint } from './deployment.ts';
import type { FeatureSnapshot } from './feature-snapshot.ts';
import type { Release } from './release.ts';

// Nouns of serving in the words of their inputs, what is empty left out. Defining them with these again changes nothing.

export const endpointAsInput = ({ name, description, owner, tags }: Endpoint): object => ({
  name,
  ...(description !== '' && { description }),
  ...(owner !== null && { owner }),
  ...(tags.length > 0 && { tags }),
});

export const deploymentAsInput = (deployment: Deployment): object => ({
  endpoint: deployment.endpoint,
  environment: deployment.environment,
  ...(deployment.audiences.length > 0 && { audiences: deployment.audiences }),
  ...(deployment.refuseAfterMs !== null && { refuseAfterMs: deployment.refuseAfterMs }),
  requiresApproval: deployment.requiresApproval,
});

/** The recipe of a deployment, as its newest release froze it. */
export const releaseAsInput = (release: Release): { deployment: string; recipe: Recipe } => ({
  deployment: `${release.endpoint}@${release.environment}`,
  recipe: release.recipe,
});

export const snapshotAsInput = (snapshot: FeatureSnapshot): object => ({
  deployment: `${snapshot.endpoint}@${snapshot.environment}`,
  name: snapshot.name,
  entities: snapshot.entities,
  everySeconds: snapshot.everySeconds,
  ...(snapshot.audiences.length > 0 && { audiences: snapshot.audiences }),
});
