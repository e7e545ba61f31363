import { Field, InputType } from 'type-graphql';
import { ApplyDefinitionsInput, definitionChanges } from '../../shared/graphql/definition-changes.ts';
import { WRITE } from './access.ts';
import { DefineEntityInput } from './entity.ts';
import { DefineEventStreamInput } from './event-stream.ts';
import { DefineFeatureServiceInput } from './feature-service.ts';
import { DefineFeatureViewInput } from './feature-view.ts';
import { DefineSourceInput } from './source.ts';

@InputType({
  description: 'Definitions of the feature subgraph, 1 to 1,000 together. They may build on each other.',
})
export class ApplyFeatureDefinitionsInput extends ApplyDefinitionsInput {
  @Field(() => [DefineEntityInput], { nullable: true, description: 'Entities; applied first.' })
  readonly entities?: DefineEntityInput[] | null;

  @Field(() => [DefineSourceInput], { nullable: true, description: 'Sources; their files are read at once.' })
  readonly sources?: DefineSourceInput[] | null;

  @Field(() => [DefineEventStreamInput], { nullable: true, description: 'Event streams into sources.' })
  readonly eventStreams?: DefineEventStreamInput[] | null;

  @Field(() => [DefineFeatureViewInput], { nullable: true, description: 'Feature views.' })
  readonly featureViews?: DefineFeatureViewInput[] | null;

  @Field(() => [DefineFeatureServiceInput], { nullable: true, description: 'Feature services; applied last.' })
  readonly featureServices?: DefineFeatureServiceInput[] | null;
}

export const ApplyFeatureDefinitionsPayload = definitionChanges('ApplyFeatureDefinitionsPayload', WRITE);
