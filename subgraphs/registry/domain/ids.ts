import { namedUrn, urnGrammar } from '../../../core/urn-grammar.ts';

export { deploymentUrn, featureSnapshotUrn, releaseUrn, versionUrn } from '../../../core/serving-urns.ts';
export type { DeploymentKey, ReleaseKey, VersionKey } from '../../../core/serving-urns.ts';

export const modelUrn = namedUrn('model');
export const endpointUrn = namedUrn('endpoint');
export const webhookUrn = namedUrn('webhook');
export const edgeNodeUrn = namedUrn('edge-node');
export const savedSearchUrn = namedUrn('saved-search');
export const runGroupUrn = namedUrn('run-group');
export const trainingRunUrn = namedUrn('training-run');
export const loggedModelUrn = namedUrn('logged-model');
export const tierPolicyUrn = namedUrn('tier-policy');
export const policyPresetUrn = namedUrn('policy-preset');

// The nouns of the feature subgraph, as far as the registry stores their ids.

export const trainingSetUrn = namedUrn('training-set');

/** Pinned: what is stored must go on meaning the same. */
export const featureServiceUrn = urnGrammar<{ readonly name: string; readonly version: string }>('feature-service', {
  form: '<name>@<version>',
  toParts: ({ name, version }) => [{ name, version }],
  fromParts: ([part, ...rest]) =>
    part?.version !== undefined && rest.length === 0 ? { name: part.name, version: part.version } : null,
});
