import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { WRITE } from '../access.ts';
import type { Asset } from '../../domain/catalogue/asset.ts';
import { NOTE_FIELDS, type NoteField } from '../../domain/catalogue/asset-note.ts';
import { AssetType } from './asset.ts';

export const NoteFieldEnum = graphqlEnum('AssetNoteField', NOTE_FIELDS, 'What people can say of an asset.');

@InputType({
  description: 'What people say of an asset. It goes before what its subgraph tells; what is left out stays.',
})
export class DescribeAssetInput {
  @Field(() => ID, { description: 'The asset: any id, whole or short.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Who answers for it: 1 to 200 characters.' })
  owner?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description?: string | null;

  @Field(() => [String], { nullable: true, description: 'All its labels: at most 50.' })
  tags?: string[] | null;

  @Field(() => String, { nullable: true, description: 'The part of the business that it belongs to.' })
  domain?: string | null;

  @Field(() => String, { nullable: true, description: 'Where its documentation is: a link with https or http.' })
  documentationUrl?: string | null;

  @Field(() => [NoteFieldEnum], {
    nullable: true,
    description: 'What people say no more: it is again as the asset’s subgraph tells it, or empty.',
  })
  clear?: NoteField[] | null;
}

@InputType({ description: 'That nobody is to begin to use an asset.' })
export class DeprecateAssetInput {
  @Field(() => ID, { description: 'The asset: any id, whole or short.' })
  id!: string;

  @Field(() => String, { description: 'Why: 1 to 1000 characters.' })
  reason!: string;

  @Field(() => ID, { nullable: true, description: 'What to use in its place.' })
  replacement?: string | null;

  @Field(() => Date, { nullable: true, description: 'Until when it stays.' })
  sunsetAt?: Date | null;
}

@InputType({ description: 'One asset.' })
export class AssetInput {
  @Field(() => ID, { description: 'The asset: any id, whole or short.' })
  id!: string;
}

@ObjectType({ description: 'An asset as the catalogue shows it now; search knows of it already.' })
@Access(WRITE)
export class AssetPayload {
  @Field(() => AssetType, { description: 'The asset.' })
  readonly asset: AssetType;

  constructor(asset: Asset) {
    this.asset = new AssetType(asset);
  }
}
