import type { AssetEventInput } from '../../../schema/event.ts';
import { modelUrn, versionUrn } from './ids.ts';
import type { Model, ModelVersion } from './model-version.ts';

type Upstream = NonNullable<AssetEventInput['asset']['upstream']>;

export const modelEvent = (model: Model, at: Date): AssetEventInput => ({
  urn: modelUrn(model.project, model.name),
  kind: 'model',
  project: model.project,
  revision: model.revision,
  at: at.toISOString(),
  asset: { name: model.name, description: model.description, owner: model.owner, tags: [...model.tags] },
});

/** A version comes from its model, from what it was trained on and from the features that it reads. */
export function versionEvent(version: ModelVersion, at: Date): AssetEventInput {
  const upstream: Upstream = [{ urn: modelUrn(version.project, version.model), relation: 'CONTAINS' }];
  if (version.trainingSet !== null) upstream.push({ urn: version.trainingSet, relation: 'TRAINED_ON' });
  if (version.featureService !== null) upstream.push({ urn: version.featureService, relation: 'READS' });
  return {
    urn: versionUrn(version),
    kind: 'model-version',
    project: version.project,
    revision: version.revision,
    at: at.toISOString(),
    asset: {
      name: `${version.model}@${version.number}`,
      description: version.description,
      owner: version.owner,
      tags: [...version.tags],
      upstream,
    },
    data: {
      model: version.model,
      number: version.number,
      version: version.version,
      state: version.state,
      digest: version.digest,
      algorithm: version.algorithm,
      trainingSet: version.trainingSet,
      featureService: version.featureService,
    },
  };
}
