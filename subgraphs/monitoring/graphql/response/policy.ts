import { ArgsType, Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import { responsePolicyUrn } from '../../domain/ids.ts';
import type { Level } from '../../domain/response/definition.ts';
import type { Paused, ResponsePolicy } from '../../domain/response/policy.ts';
import type { DryRunFinding } from '../../domain/response/dry-run.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { DeploymentType } from '../references.ts';
import { LevelEnum, DryRunOutcomeEnum } from './enums.ts';

@ObjectType('ResponsePause', { description: 'Since when a policy does nothing, and why.' })
@Access(READ)
export class ResponsePauseType {
  @Field(() => Date, { description: 'Since when.' })
  readonly at: Date;

  @Field(() => String, { nullable: true, description: 'Who paused it; null: its breaker opened.' })
  readonly by: string | null;

  @Field(() => String, { description: 'Why.' })
  readonly reason: string;

  constructor({ at, by, reason }: Paused) {
    this.at = new Date(at);
    this.by = by;
    this.reason = reason;
  }
}

@ObjectType('ResponsePolicy', {
  description: 'What is done about trouble of a deployment, and how far without asking.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class ResponsePolicyType {
  @Field(() => ID, { description: 'tiffin:<project>:response-policy:<name>.' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it is for.' })
  readonly description: string;

  @Field(() => DeploymentType, { description: 'The deployment that it acts on.' })
  readonly deployment: DeploymentType;

  @Field(() => LevelEnum, { description: 'How far it goes without asking.' })
  readonly level: Level;

  @Field(() => GraphQLJSON, {
    description: 'All of it: trigger, guards, action, cooldownMinutes, breaker, approvalHours.',
  })
  readonly definition: unknown;

  @Field(() => Int, { description: 'Grows with each revision.' })
  readonly revision: number;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  @Field(() => Date, { description: 'When it was revised last.' })
  readonly changedAt: Date;

  @Field(() => String, { description: 'Who did: on whose behalf it acts.' })
  readonly changedBy: string;

  @Field(() => ResponsePauseType, { nullable: true, description: 'Null while it is in force.' })
  readonly paused: ResponsePauseType | null;

  constructor(policy: ResponsePolicy) {
    const { definition, paused } = policy;
    this.id = responsePolicyUrn.format(policy);
    this.name = policy.name;
    this.description = policy.description;
    this.deployment = new DeploymentType(definition.deployment);
    this.level = definition.level;
    this.definition = definition;
    this.revision = policy.revision;
    this.createdAt = policy.createdAt;
    this.createdBy = policy.createdBy;
    this.changedAt = policy.changedAt;
    this.changedBy = policy.changedBy;
    this.paused = paused && new ResponsePauseType(paused);
  }
}

export const ResponsePolicyConnection = connectionOf('ResponsePolicy', () => ResponsePolicyType);

@ObjectType('ResponseDryRunFinding', {
  description:
    'What a policy would have done about one incident, or about one time at which its indicators showed trouble.',
})
@Access(READ)
export class ResponseDryRunFindingType {
  @Field(() => String, {
    nullable: true,
    description: 'The incident, as `incident(id:)` takes it; null where the trigger is a condition on indicators.',
  })
  readonly incident: string | null;

  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  @Field(() => DryRunOutcomeEnum, { description: 'What.' })
  readonly outcome: DryRunFinding['outcome'];

  @Field(() => String, { description: 'In words; with the series and their values where indicators show it.' })
  readonly text: string;

  constructor({ incident, at, outcome, text }: DryRunFinding) {
    this.incident = incident;
    this.at = at;
    this.outcome = outcome;
    this.text = text;
  }
}

@InputType('CreateResponsePolicyInput', { description: 'A policy.' })
export class CreateResponsePolicyInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  readonly description?: string | null;

  @Field(() => GraphQLJSON, {
    description:
      'deployment, level, trigger, guards, action, cooldownMinutes, breaker, approvalHours; docs/response.md lists all of it.',
  })
  readonly definition!: unknown;
}

@InputType('ReviseResponsePolicyInput', { description: 'Another definition for a policy.' })
export class ReviseResponsePolicyInput {
  @Field(() => ID, { description: 'The policy.' })
  readonly policy!: string;

  @Field(() => Int, { description: 'The revision that was read.' })
  readonly expectedRevision!: number;

  @Field(() => String, { nullable: true, description: 'What it is for; left out: as before.' })
  readonly description?: string | null;

  @Field(() => GraphQLJSON, { description: 'The whole of it.' })
  readonly definition!: unknown;
}

@InputType('ResponsePolicyInput', { description: 'Which policy.' })
export class ResponsePolicyInput {
  @Field(() => ID, { description: 'The policy.' })
  readonly policy!: string;
}

@InputType('PauseResponsePolicyInput', { description: 'Which policy does nothing for now, and why.' })
export class PauseResponsePolicyInput extends ResponsePolicyInput {
  @Field(() => String, { description: 'Why; it stays on record.' })
  readonly reason!: string;
}

@InputType('ImportResponsePresetInput', { description: 'For whom the usual plan is set up.' })
export class ImportResponsePresetInput {
  @Field(() => ID, { description: 'The deployment that it is about.' })
  readonly deployment!: string;

  @Field(() => String, { description: 'The name of the model that is retrained.' })
  readonly model!: string;

  @Field(() => [String], { defaultValue: [], description: 'Names of the receivers that are paged; none: nobody is.' })
  readonly receivers!: readonly string[];

  @Field(() => String, { nullable: true, description: 'The receiver that retrains; left out: it asks for runs.' })
  readonly trainer?: string | null;

  @Field(() => LevelEnum, {
    defaultValue: 'SUGGEST',
    description: 'How far all of them go, but for the one that logs.',
  })
  readonly level!: Level;
}

@ObjectType('ResponsePolicyPayload', { description: 'A changed policy.' })
@Access(READ)
export class ResponsePolicyPayload extends ChangedPayload {
  @Field(() => ResponsePolicyType, { description: 'The policy after the change.' })
  readonly responsePolicy: ResponsePolicyType;

  constructor({ value, eventCursor }: Changed<ResponsePolicy>) {
    super(eventCursor);
    this.responsePolicy = new ResponsePolicyType(value);
  }
}

@ObjectType('ImportResponsePresetPayload', { description: 'The policies of the plan.' })
@Access(READ)
export class ImportResponsePresetPayload {
  @Field(() => [ResponsePolicyType], { description: 'Those that were made, and those that were there.' })
  readonly responsePolicies!: readonly ResponsePolicyType[];
}

@ArgsType()
export class ResponsePolicyArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only policies of this deployment.' })
  readonly deployment?: string | null;
}

@ArgsType()
export class DryRunPolicyArgs {
  @Field(() => GraphQLJSON, { description: 'A definition, as createResponsePolicy takes it.' })
  readonly definition!: unknown;

  @Field(() => Date, {
    description: 'Since when; for a condition on indicators no earlier than samples are kept (TIFFIN_SAMPLE_DAYS).',
  })
  readonly from!: Date;

  @Field(() => Date, { description: 'Until when, at most 366 days later.' })
  readonly to!: Date;
}
