import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import type { IncidentRole, IncidentStatus } from '../../domain/incident/incident.ts';
import { READ } from '../access.ts';
import { IncidentType } from './incident.ts';
import { IncidentRoleEnum, IncidentStatusEnum } from './incident-enums.ts';

@InputType('AcknowledgeIncidentInput', { description: 'Which incident the caller is on.' })
export class AcknowledgeIncidentInput {
  @Field(() => ID, { description: 'The incident, which is open.' })
  readonly incident!: string;

  @Field(() => String, { description: 'What is being done.' })
  readonly comment!: string;
}

@InputType('AddIncidentNoteInput', { description: 'What is to be kept of an incident.' })
export class AddIncidentNoteInput {
  @Field(() => ID, { description: 'The incident, open or not.' })
  readonly incident!: string;

  @Field(() => String, { description: 'What was found or done, up to 2,000 characters.' })
  readonly note!: string;
}

@InputType('ResolveIncidentInput', { description: 'Which incident is over, and what it was.' })
export class ResolveIncidentInput {
  @Field(() => ID, { description: 'The incident, open or not: what one was that ended by itself can be said later.' })
  readonly incident!: string;

  @Field(() => String, { description: 'What it was and what was done, up to 2,000 characters.' })
  readonly comment!: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Nothing was wrong: it counts among the false alarms.' })
  readonly falseAlarm!: boolean;
}

@InputType('GiveIncidentRoleInput', { description: 'Who does what in an incident.' })
export class GiveIncidentRoleInput {
  @Field(() => ID, { description: 'The incident, open or not.' })
  readonly incident!: string;

  @Field(() => IncidentRoleEnum, { description: 'What they do. One person at a time has a role.' })
  readonly role!: IncidentRole;

  @Field(() => String, {
    nullable: true,
    description: 'Who, as the audit names people: `user:ada`. The caller when left out.',
  })
  readonly person?: string | null;
}

@ObjectType('IncidentPayload', { description: 'A changed incident.' })
@Access(READ)
export class IncidentPayload extends ChangedPayload {
  @Field(() => IncidentType, { description: 'The incident after the change.' })
  readonly incident!: IncidentType;
}

@ArgsType()
export class IncidentArgs extends PageArgs {
  @Field(() => IncidentStatusEnum, { nullable: true, description: 'Only incidents that stand here.' })
  readonly status?: IncidentStatus | null;

  @Field(() => ID, { nullable: true, description: 'Only incidents with an alert about this deployment.' })
  readonly deployment?: string | null;
}
