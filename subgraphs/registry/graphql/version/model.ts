import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { modelUrn } from '../../domain/ids.ts';
import type { Model } from '../../domain/version/model-version.ts';
import { connectionOf } from '../connection-types.ts';
import { ModelVersionType } from './model-version.ts';

@ObjectType('Model', { description: 'The name under which versions of one model follow one another.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class ModelType {
  @Field(() => ID, { description: 'tiffin:<project>:model:<name>' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it is for, in words.' })
  readonly description: string;

  @Field(() => String, { nullable: true, description: 'Who answers for it.' })
  readonly owner: string | null;

  @Field(() => [String], { description: 'Labels.' })
  readonly tags: readonly string[];

  @Field(() => Date, { description: 'When its first version was registered.' })
  readonly createdAt: Date;

  readonly source: Model;

  constructor(model: Model) {
    this.id = modelUrn.format(model);
    this.name = model.name;
    this.description = model.description;
    this.owner = model.owner;
    this.tags = model.tags;
    this.createdAt = model.createdAt;
    this.source = model;
  }
}

export const ModelConnection = connectionOf('Model', () => ModelType);
export const ModelVersionConnection = connectionOf('ModelVersion', () => ModelVersionType);
