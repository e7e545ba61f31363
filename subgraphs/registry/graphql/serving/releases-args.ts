import { ArgsType, Field, ID } from 'type-graphql';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import type { ReleaseApprovalState } from '../../domain/serving/release-approval.ts';
import { ReleaseApprovalStateEnum } from './release-approval.ts';

@ArgsType()
export class ReleasesArgs extends PageArgs {
  @Field(() => [ReleaseApprovalStateEnum], {
    nullable: true,
    description: 'Only those whose recipe stands so: WAITING for what another person has to decide. Left out: all.',
  })
  approvalStates?: ReleaseApprovalState[] | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this deployment.' })
  deployment?: string | null;
}
