import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, InputType } from 'type-graphql';
import { ApplyDefinitionsInput, definitionChanges } from '../../../shared/graphql/definition-changes.ts';
import { WRITE } from '../access.ts';
import { CreateDeploymentInput } from './deployment.ts';
import { CreateEndpointInput } from './endpoint.ts';
import { SetFeatureSnapshotInput } from './feature-snapshot.ts';
import { WebhookDefinitionInput } from '../webhook/webhook-input.ts';

@InputType({ description: 'The recipe that a deployment shall have.' })
export class DeploymentRecipeInput {
  @Field(() => ID, { description: 'The deployment.' })
  readonly deployment!: string;

  @Field(() => GraphQLJSON, {
    description:
      'The recipe, as `createRelease` takes it; another one than that of the newest release makes a new release.',
  })
  readonly recipe!: unknown;

  @Field(() => String, { nullable: true, description: 'What is new in it, in words; kept with a new release.' })
  readonly description?: string | null;
}

@InputType({
  description: 'Definitions of what is served, 1 to 1,000 together. They may build on each other.',
})
export class ApplyServingDefinitionsInput extends ApplyDefinitionsInput {
  @Field(() => [CreateEndpointInput], { nullable: true, description: 'Endpoints; applied first.' })
  readonly endpoints?: CreateEndpointInput[] | null;

  @Field(() => [CreateDeploymentInput], {
    nullable: true,
    description: 'Deployments; the settings of one that is there cannot change.',
  })
  readonly deployments?: CreateDeploymentInput[] | null;

  @Field(() => [DeploymentRecipeInput], {
    nullable: true,
    description: 'Recipes; they become releases, which serve once they are approved and get traffic.',
  })
  readonly recipes?: DeploymentRecipeInput[] | null;

  @Field(() => [SetFeatureSnapshotInput], {
    nullable: true,
    description: 'Features that nodes keep. Those of a deployment that is made here are read within seconds.',
  })
  readonly featureSnapshots?: SetFeatureSnapshotInput[] | null;

  @Field(() => [WebhookDefinitionInput], {
    nullable: true,
    description: 'Webhooks, by their URL; takes the role `admin` or the scope `registry:webhooks`.',
  })
  readonly webhooks?: WebhookDefinitionInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of feature definitions that a recipe builds on; waits up to 2 s for it to arrive.',
  })
  readonly after?: string | null;
}

export const ApplyServingDefinitionsPayload = definitionChanges('ApplyServingDefinitionsPayload', WRITE);
