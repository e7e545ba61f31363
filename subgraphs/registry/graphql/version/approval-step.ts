import { READ } from '../access.ts';
import { GateType } from './gate.ts';
import { ApprovalStateEnum } from './model-version.ts';
import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { APPROVAL_ACTIONS, type ApprovalAction, type ApprovalState } from '../../domain/version/approval.ts';
import { versionUrn } from '../../domain/ids.ts';
import type { ApprovalStep } from '../../domain/version/model-version.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

export const ApprovalActionEnum = graphqlEnum('ApprovalAction', APPROVAL_ACTIONS, 'A step of the approval life.');

@ObjectType('ApprovalStep', { description: 'One step of a version’s approval life, as it was taken.' })
@Access(READ)
export class ApprovalStepType {
  @Field(() => ID, { description: 'Names this step.' })
  readonly id: string;

  @Field(() => ApprovalActionEnum, { description: 'Which step.' })
  readonly action: ApprovalAction;

  @Field(() => ApprovalStateEnum, { description: 'The state before.' })
  readonly from: ApprovalState;

  @Field(() => ApprovalStateEnum, { description: 'The state after; the same one where a validation failed.' })
  readonly to: ApprovalState;

  @Field(() => String, { description: 'Who took it.' })
  readonly actor: string;

  @Field(() => String, { nullable: true, description: 'For whom, where a key or service acted for somebody.' })
  readonly onBehalfOf: string | null;

  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason: string | null;

  @Field(() => String, {
    description: 'Digest of everything that the step speaks of; a change of any of it voids an approval.',
  })
  readonly digestSet: string;

  @Field(() => [String], { description: 'Environments in which the version may serve; none named: all.' })
  readonly environments: readonly string[];

  @Field(() => Date, { nullable: true, description: 'When the approval ends; null: never.' })
  readonly expiresAt: Date | null;

  @Field(() => [String], { description: 'What the approver asked of those who use it.' })
  readonly conditions: readonly string[];

  @Field(() => String, { nullable: true, description: 'Of WAIVE: the gate.' })
  readonly gate: string | null;

  @Field(() => Boolean, {
    description:
      'Whether this step made the approval whole: its environments and end are those of all approvals together.',
  })
  readonly grants: boolean;

  @Field(() => String, { nullable: true, description: 'Of VALIDATE: SHA-256 of all that was found, kept as a blob.' })
  readonly evidence: string | null;

  @Field(() => [GateType], { description: 'What validation found.' })
  readonly report: readonly GateType[];

  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  constructor(step: ApprovalStep) {
    this.id = `${versionUrn.format(step)}#${step.id}`;
    this.action = step.action;
    this.from = step.from;
    this.to = step.to;
    this.actor = step.actor;
    this.onBehalfOf = step.onBehalfOf;
    this.reason = step.reason;
    this.digestSet = step.digestSet;
    this.environments = step.environments;
    this.expiresAt = step.expiresAt;
    this.conditions = step.conditions;
    this.gate = step.gate;
    this.grants = step.grants;
    this.evidence = step.evidence;
    this.report = step.report;
    this.at = step.at;
  }
}
