import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { AliasChange, ModelAlias } from '../../domain/version/registered-model.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection-types.ts';
import { ModelType } from './model.ts';

@ObjectType('ModelAlias', {
  description:
    'A name for one version of a model. One that is called like an environment follows what serves there, and nobody sets it.',
})
@Access(READ)
export class ModelAliasType {
  @Field(() => String, { description: 'The name: champion, production.' })
  readonly alias: string;

  readonly source: ModelAlias;

  constructor(source: ModelAlias) {
    this.alias = source.alias;
    this.source = source;
  }
}

@ObjectType('ModelAliasChange', { description: 'One move of an alias.' })
@Access(READ)
export class ModelAliasChangeType {
  @Field(() => Int, { nullable: true, description: 'The number of the version that it named then; null: none.' })
  readonly number: number | null;

  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  @Field(() => String, { description: 'Who moved it.' })
  readonly by: string;

  constructor({ number, at, by }: AliasChange) {
    this.number = number;
    this.at = at;
    this.by = by;
  }
}

export const ModelAliasChangeConnection = connectionOf('ModelAliasChange', () => ModelAliasChangeType);

@InputType({ description: 'A version and what it is to be called.' })
export class SetModelAliasInput {
  @Field(() => ID, { description: 'The version: fraud@3.' })
  version!: string;

  @Field(() => String, { description: 'Letters, digits, _ and -; no environment, not `latest`, not `v1`.' })
  alias!: string;
}

@InputType({ description: 'An alias that is to name nothing any more.' })
export class RemoveModelAliasInput {
  @Field(() => ID, { description: 'The model.' })
  model!: string;

  @Field(() => String, { description: 'The alias.' })
  alias!: string;
}

@ObjectType({ description: 'A model after a change of its aliases.' })
@Access(READ)
export class ModelAliasPayload {
  @Field(() => ModelType, { description: 'The model.' })
  readonly model: ModelType;

  constructor(model: ModelType) {
    this.model = model;
  }
}
