import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { ChangedPayload } from '../../shared/graphql/changed-payload.ts';
import { serviceAsInput } from '../domain/as-input.ts';
import type { FeatureService, ServiceView } from '../domain/feature-service.ts';
import { serviceUrn } from '../domain/ids.ts';
import { connectionOf, READ, WRITE } from './access.ts';
import { LabelledType, LabelsInput } from './labels.ts';

@ObjectType('FeatureService', {
  description: 'One version of the set of features that a model reads, pinned to view versions.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class FeatureServiceType extends LabelledType {
  @Field(() => ID, { description: 'tiffin:<project>:feature-service:<name>@<version>' })
  readonly id: string;

  @Field(() => String, { description: 'The name that all versions share.' })
  readonly name: string;

  @Field(() => Int, { description: 'The version: 1, 2, 3, …; a change of what it reads makes a new one.' })
  readonly version: number;

  /** What the resolvers load; not part of the schema. */
  readonly pins: readonly ServiceView[];

  constructor(service: FeatureService) {
    super(service, serviceAsInput(service));
    this.id = serviceUrn.format(service);
    this.name = service.name;
    this.version = service.version;
    this.pins = service.views;
  }
}

export const FeatureServiceConnection = connectionOf('FeatureService', () => FeatureServiceType);

@InputType({ description: 'Features of one view.' })
export class ServiceViewInput {
  @Field(() => ID, { description: 'The view: its id, or name@version; without a version the newest, which is pinned.' })
  readonly view!: string;

  @Field(() => [String], { nullable: true, description: 'The features’ names, in order; all if left out.' })
  readonly features?: string[] | null;
}

@InputType({ description: 'A feature service as it shall be.' })
export class DefineFeatureServiceInput extends LabelsInput {
  @Field(() => String, { description: 'The name, unique in its project.' })
  readonly name!: string;

  @Field(() => [ServiceViewInput], { description: 'What it reads, in order: 1 to 100 views, each once.' })
  readonly views!: ServiceViewInput[];
}

@ObjectType({ description: 'The feature service as it now is.' })
@Access(WRITE)
export class DefineFeatureServicePayload extends ChangedPayload {
  @Field(() => FeatureServiceType, {
    description: 'The version that now stands: a new one if it reads other features.',
  })
  readonly featureService!: FeatureServiceType;
}
