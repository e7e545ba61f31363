import { namedUrn, numberInUrn, urnGrammar, type InProject, type UrnGrammar } from '../../../core/urn-grammar.ts';

/** One version of one model, by its number: `fraud@3`. Its version (1.2.0.0) is a field, no id. */
export interface VersionKey extends InProject {
  readonly model: string;
  readonly number: number;
}

/** One endpoint in one environment. */
export interface DeploymentKey extends InProject {
  readonly endpoint: string;
  readonly environment: string;
}

export interface ReleaseKey extends DeploymentKey {
  readonly number: number;
}

export const modelUrn = namedUrn('model');
export const endpointUrn = namedUrn('endpoint');
export const webhookUrn = namedUrn('webhook');

export const versionUrn = urnGrammar<Omit<VersionKey, 'project'>>('model-version', {
  form: '<model>@<number>',
  toParts: ({ model, number }) => [{ name: model, version: String(number) }],
  fromParts: ([part, ...rest]) => {
    const number = numberInUrn(part?.version);
    return part && number !== null && rest.length === 0 ? { model: part.name, number } : null;
  },
});

export const deploymentUrn = urnGrammar<Omit<DeploymentKey, 'project'>>('deployment', {
  form: '<endpoint>@<environment>',
  toParts: ({ endpoint, environment }) => [{ name: endpoint, version: environment }],
  fromParts: ([part, ...rest]) =>
    part?.version !== undefined && rest.length === 0 ? { endpoint: part.name, environment: part.version } : null,
});

export const releaseUrn = urnGrammar<Omit<ReleaseKey, 'project'>>('release', {
  form: '<endpoint>@<environment>/<number>',
  toParts: ({ endpoint, environment, number }) => [{ name: endpoint, version: environment }, String(number)],
  fromParts: ([part, step, ...rest]) => {
    const number = step?.version === undefined ? numberInUrn(step?.name) : null;
    return part?.version !== undefined && number !== null && rest.length === 0
      ? { endpoint: part.name, environment: part.version, number }
      : null;
  },
});

// The nouns of the feature subgraph, as far as the registry stores their ids.

export const trainingSetUrn = namedUrn('training-set');

/** Pinned: what is stored must go on meaning the same. */
export const featureServiceUrn = urnGrammar<{ readonly name: string; readonly version: string }>('feature-service', {
  form: '<name>@<version>',
  toParts: ({ name, version }) => [{ name, version }],
  fromParts: ([part, ...rest]) =>
    part?.version !== undefined && rest.length === 0 ? { name: part.name, version: part.version } : null,
});

/** The URN for an id that a caller wrote in either way. Throws INVALID_INPUT naming the field. */
export const urnIn = <Key>(grammar: UrnGrammar<Key>, project: string, id: string, field: string): string =>
  grammar.format(grammar.parse(project, id, field));
