import { ArgsType, Field } from 'type-graphql';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import type { ApprovalState } from '../../domain/version/approval.ts';
import { ApprovalStateEnum } from './model-version.ts';

@ArgsType()
export class ModelVersionsArgs extends PageArgs {
  @Field(() => [ApprovalStateEnum], {
    nullable: true,
    description: 'Only those in one of these states; SUBMITTED and VALIDATED wait. Left out: all.',
  })
  states?: ApprovalState[] | null;

  @Field(() => String, { nullable: true, description: 'Only those that this one answers for.' })
  owner?: string | null;

  @Field(() => String, { nullable: true, description: 'Only those with this label.' })
  tag?: string | null;
}
