import { numberInUrn, urnGrammar, type InProject } from './urn-grammar.ts';

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

/** One snapshot of a deployment, by its name. */
export const featureSnapshotUrn = urnGrammar<Omit<DeploymentKey, 'project'> & { readonly name: string }>(
  'feature-snapshot',
  {
    form: '<endpoint>@<environment>/<name>',
    toParts: ({ endpoint, environment, name }) => [{ name: endpoint, version: environment }, name],
    fromParts: ([part, step, ...rest]) =>
      part?.version !== undefined && step && step.version === undefined && rest.length === 0
        ? { endpoint: part.name, environment: part.version, name: step.name }
        : null,
  },
);

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
