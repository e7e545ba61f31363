import { ArgsType, Directive, Field, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import { silenceUrn } from '../../domain/ids.ts';
import type { Silence, SilenceInput } from '../../domain/alert/silence.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { DeploymentType } from '../references.ts';

@ObjectType('Silence', {
  description: 'For a while webhooks are not sent some alerts; they go on and stay visible.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class SilenceType {
  @Field(() => ID, { description: 'tiffin:<project>:silence:<uuid>.' })
  readonly id: string;

  @Field(() => DeploymentType, { nullable: true, description: 'The deployment whose alerts it is for; null: of any.' })
  readonly deployment: DeploymentType | null;

  @Field(() => [String], { description: 'Conditions on labels that all hold, as `city="pune"`.' })
  readonly matchers: readonly string[];

  @Field(() => Date, { description: 'When it starts.' })
  readonly startsAt: Date;

  @Field(() => Date, { description: 'When it ends, unless somebody ends it before.' })
  readonly endsAt: Date;

  @Field(() => String, { description: 'Why.' })
  readonly comment: string;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  @Field(() => Date, { nullable: true, description: 'When somebody ended it before its time.' })
  readonly endedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Who did.' })
  readonly endedBy: string | null;

  readonly silence: Silence;

  constructor(silence: Silence) {
    this.silence = silence;
    this.id = silenceUrn.format({ project: silence.project, name: silence.id });
    this.matchers = silence.matchers.map(({ label, operator, value }) => label + operator + JSON.stringify(value));
    this.deployment = silence.deployment === null ? null : new DeploymentType(silence.deployment);
    this.startsAt = silence.startsAt;
    this.endsAt = silence.endsAt;
    this.comment = silence.comment;
    this.createdAt = silence.createdAt;
    this.createdBy = silence.createdBy;
    this.endedAt = silence.endedAt;
    this.endedBy = silence.endedBy;
  }
}

export const SilenceConnection = connectionOf('Silence', () => SilenceType);

@InputType('CreateSilenceInput', { description: 'Of which alerts nobody is notified, and how long.' })
export class CreateSilenceInput implements SilenceInput {
  @Field(() => ID, { nullable: true, description: 'Only alerts of this rule.' })
  readonly rule?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only alerts about this deployment.' })
  readonly deployment?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only alerts whose labels meet all of these: `city="pune"`, with =, !=, =~ or !~, as in Alertmanager.',
  })
  readonly matchers?: readonly string[] | null;

  @Field(() => Date, { nullable: true, description: 'When it starts, as a maintenance window; now unless given.' })
  readonly startsAt?: Date | null;

  @Field(() => Date, { description: 'When it ends, at most 366 days later.' })
  readonly endsAt!: Date;

  @Field(() => String, { description: 'Why: the next one on duty will ask.' })
  readonly comment!: string;
}

@InputType('EndSilenceInput', { description: 'Which silence to end.' })
export class EndSilenceInput {
  @Field(() => ID, { description: 'The silence.' })
  readonly silence!: string;
}

@ObjectType('SilencePayload', { description: 'A changed silence.' })
@Access(READ)
export class SilencePayload extends ChangedPayload {
  @Field(() => SilenceType, { description: 'The silence after the change.' })
  readonly silence!: SilenceType;
}

@ArgsType()
export class SilenceArgs extends PageArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'Only those that are not over.' })
  readonly open!: boolean;
}
