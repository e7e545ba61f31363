import { buildFederatedSchema, type FederatedSchema } from '../../shared/graphql/federated-schema.ts';
import type { ExperimentContext } from './context.ts';
import { ExperimentMutations } from './experiment-mutations.ts';
import {
  DeploymentExperimentsResolver,
  ExperimentResolver,
  ModelVersionExperimentsResolver,
} from './experiment-reading.ts';
import { ExperimentType } from './experiment.ts';
import { DeploymentType, ModelVersionType } from './references.ts';
import { SampleSizeResolver } from './sample-size.ts';
import { ShadowMutations } from './shadow-mutations.ts';
import {
  DeploymentShadowsResolver,
  ModelVersionShadowsResolver,
  ShadowResolver,
  ShadowResultResolver,
} from './shadow-reading.ts';
import { ShadowType } from './shadow.ts';

interface Reference {
  readonly id: string;
}

const references = {
  Experiment: async ({ id }: Reference, { reading }: ExperimentContext) => {
    const found = await reading.experiment.load(id);
    return found && new ExperimentType(found);
  },
  Shadow: async ({ id }: Reference, { reading }: ExperimentContext) => {
    const found = await reading.shadow.load(id);
    return found && new ShadowType(found);
  },
  Deployment: ({ id }: Reference) => new DeploymentType(id),
  ModelVersion: ({ id }: Reference) => new ModelVersionType(id),
};

export const buildSchema = (): Promise<FederatedSchema> =>
  buildFederatedSchema(
    {
      resolvers: [
        ExperimentResolver,
        ExperimentMutations,
        SampleSizeResolver,
        DeploymentExperimentsResolver,
        ModelVersionExperimentsResolver,
        ShadowResolver,
        ShadowResultResolver,
        ShadowMutations,
        DeploymentShadowsResolver,
        ModelVersionShadowsResolver,
      ],
    },
    references,
  );
