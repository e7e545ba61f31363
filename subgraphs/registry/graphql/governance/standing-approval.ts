import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { StandingApproval } from '../../domain/governance/standing-approval.ts';
import { modelUrn } from '../../domain/ids.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection-types.ts';

@ObjectType('StandingApproval', {
  description:
    'Two people approve versions to come: of one model, trainer and feature service, a few of them, until a day.',
})
@Access(READ)
export class StandingApprovalType {
  @Field(() => Int, { description: 'Its number.' })
  readonly id: number;

  @Field(() => ID, { description: 'The model.' })
  readonly model: string;

  @Field(() => String, { description: 'The commit of the training code that must have made the versions.' })
  readonly codeCommit: string;

  @Field(() => ID, { nullable: true, description: 'The pinned feature service that they must read; null: none.' })
  readonly featureService: string | null;

  @Field(() => [String], { description: 'The only environments in which they may serve; none named: all.' })
  readonly environments: readonly string[];

  @Field(() => Int, { description: 'How many versions it lets through.' })
  readonly runs: number;

  @Field(() => Int, { description: 'How many it has let through.' })
  readonly used: number;

  @Field(() => Date, { description: 'When it ends.' })
  readonly expiresAt: Date;

  @Field(() => String, { description: 'Why it was proposed.' })
  readonly reason: string;

  @Field(() => String, { description: 'The first person.' })
  readonly proposedBy: string;

  @Field(() => String, { nullable: true, description: 'The second person; null: it lets nothing through yet.' })
  readonly confirmedBy: string | null;

  @Field(() => String, { nullable: true, description: 'Who ended it before its time.' })
  readonly endedBy: string | null;

  constructor(standing: StandingApproval) {
    this.id = standing.id;
    this.model = modelUrn.format({ project: standing.project, name: standing.model });
    this.codeCommit = standing.codeCommit;
    this.featureService = standing.featureService;
    this.environments = standing.environments;
    this.runs = standing.runs;
    this.used = standing.used;
    this.expiresAt = standing.expiresAt;
    this.reason = standing.reason;
    this.proposedBy = standing.proposedBy;
    this.confirmedBy = standing.confirmedBy;
    this.endedBy = standing.endedBy;
  }
}

export const StandingApprovalConnection = connectionOf('StandingApproval', () => StandingApprovalType);

@ObjectType({ description: 'A standing approval after a change.' })
@Access(READ)
export class StandingApprovalPayload {
  @Field(() => StandingApprovalType, { description: 'As it is now.' })
  readonly standingApproval: StandingApprovalType;

  constructor(standing: StandingApproval) {
    this.standingApproval = new StandingApprovalType(standing);
  }
}

@InputType({ description: 'The bounds within which versions to come are approved.' })
export class ProposeStandingApprovalInput {
  @Field(() => ID, { description: 'The model.' })
  model!: string;

  @Field(() => String, { description: 'The commit of the training code that must have made the versions.' })
  codeCommit!: string;

  @Field(() => ID, { nullable: true, description: 'The pinned feature service that they must read; left out: none.' })
  featureService?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The only environments in which they may serve; left out: all.',
  })
  environments?: string[] | null;

  @Field(() => Int, { description: 'How many versions it lets through, at most 1000.' })
  runs!: number;

  @Field(() => Date, { description: 'When it ends, within 366 days.' })
  expiresAt!: Date;

  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}

@InputType({ description: 'A standing approval to confirm or to end.' })
export class StandingApprovalStepInput {
  @Field(() => Int, { description: 'Its number.' })
  id!: number;

  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}

@InputType({ description: 'A validated version that a standing approval is to let through.' })
export class ApproveByStandingInput {
  @Field(() => ID, { description: 'The model version.' })
  id!: string;

  @Field(() => Int, { description: 'The number of the standing approval.' })
  standing!: number;
}
