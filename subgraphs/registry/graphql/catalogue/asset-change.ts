import { ArgsType, Field, ObjectType } from 'type-graphql';
import type { UrnKind } from '../../../../core/urn.ts';
import { Access } from '../../../shared/auth/access.ts';
import { ChangeArgs, ChangeType } from '../../../shared/graphql/change.ts';
import { READ } from '../access.ts';
import { AssetKindEnum } from './asset.ts';

@ObjectType('AssetChange', { description: 'Something was made, changed or deleted, in whichever subgraph.' })
@Access(READ)
export class AssetChangeType extends ChangeType {}

@ArgsType()
export class AssetChangeArgs extends ChangeArgs {
  @Field(() => [AssetKindEnum], { nullable: true, description: 'Only these kinds; left out: all.' })
  readonly kinds?: UrnKind[] | null;
}
