import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import { releaseUrn } from '../../domain/ids.ts';
import { RELEASE_DECISIONS, type Release, type ReleaseDecision } from '../../domain/serving/release.ts';
import { RELEASE_APPROVAL_STATES, type ReleaseStanding } from '../../domain/serving/release-approval.ts';
import { DECIDE, READ } from '../access.ts';
import { ReleaseType } from './release.ts';

export const ReleaseApprovalStateEnum = graphqlEnum(
  'ReleaseApprovalState',
  RELEASE_APPROVAL_STATES,
  'How the recipe of a release stands: NOT_REQUIRED where its deployment asks for no approval.',
);

const ReleaseDecisionEnum = graphqlEnum('ReleaseDecision', RELEASE_DECISIONS, 'What was decided of a recipe.');

@ObjectType('ReleaseApproval', { description: 'What another person decided of a recipe.' })
@Access(READ)
export class ReleaseApprovalType {
  @Field(() => ReleaseDecisionEnum, { description: 'What.' })
  readonly decision: ReleaseDecision;

  @Field(() => ID, {
    description: 'The release that was decided on: this one, or another of its deployment with the same recipe.',
  })
  readonly release: string;

  @Field(() => String, { description: 'Who decided; none of those who made the recipe.' })
  readonly by: string;

  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason: string | null;

  constructor(decided: NonNullable<ReleaseStanding['decided']>) {
    const { decision, by, at, reason } = decided.approval;
    this.decision = decision;
    this.release = releaseUrn.format(decided);
    this.by = by;
    this.at = at;
    this.reason = reason;
  }
}

@InputType({ description: 'A release whose recipe may answer.' })
export class ApproveReleaseInput {
  @Field(() => ID, { description: 'The release; it waits for an approval.' })
  release!: string;

  @Field(() => String, { nullable: true, description: 'Why; it stays on record.' })
  reason?: string | null;
}

@InputType({ description: 'A release whose recipe must not answer.' })
export class RejectReleaseInput {
  @Field(() => ID, { description: 'The release; it waits for an approval.' })
  release!: string;

  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}

@ObjectType({ description: 'A release after a decision on its recipe.' })
@Access(DECIDE)
export class ReleasePayload extends ChangedPayload {
  @Field(() => ReleaseType, { description: 'The release as it is now.' })
  @Access(READ)
  readonly release: ReleaseType;

  constructor({ value, eventCursor }: Changed<Release>) {
    super(eventCursor);
    this.release = new ReleaseType(value);
  }
}
