import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { READ } from './access.ts';

/** A noun of another subgraph, known here by its id alone. */
class Reference {
  constructor(readonly id: string) {}
}

@ObjectType('Deployment')
@Directive('@key(fields: "id")')
@Access(READ)
export class DeploymentType extends Reference {
  @Field(() => ID)
  declare readonly id: string;
}

@ObjectType('ModelVersion')
@Directive('@key(fields: "id")')
@Access(READ)
export class ModelVersionType extends Reference {
  @Field(() => ID)
  declare readonly id: string;
}

@ObjectType('FeatureView')
@Directive('@key(fields: "id")')
@Access(READ)
export class FeatureViewType extends Reference {
  @Field(() => ID)
  declare readonly id: string;
}

@ObjectType('Shadow')
@Directive('@key(fields: "id")')
@Access(READ)
export class ShadowType extends Reference {
  @Field(() => ID)
  declare readonly id: string;
}

@ObjectType('Experiment')
@Directive('@key(fields: "id", resolvable: false)')
@Access(READ)
export class ExperimentType extends Reference {
  @Field(() => ID)
  declare readonly id: string;
}
