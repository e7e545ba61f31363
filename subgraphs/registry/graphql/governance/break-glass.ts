import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import type { BreakGlass } from '../../domain/governance/break-glass.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection-types.ts';

@ObjectType('BreakGlass', {
  description: 'An emergency: a version gets traffic in one environment without what is missing to it, for a while.',
})
@Access(READ)
export class BreakGlassType {
  @Field(() => Int, { description: 'Its number.' })
  readonly id: number;

  @Field(() => ID, { description: 'The model version.' })
  readonly modelVersion: string;

  @Field(() => String, { description: 'The only environment in which it is let through.' })
  readonly environment: string;

  @Field(() => String, { description: 'Why it was opened.' })
  readonly reason: string;

  @Field(() => String, { description: 'Who opened it.' })
  readonly openedBy: string;

  @Field(() => Date, { description: 'When.' })
  readonly openedAt: Date;

  @Field(() => Date, { description: 'From when on it lets no new traffic through.' })
  readonly expiresAt: Date;

  @Field(() => String, { nullable: true, description: 'Who closed it: another person; null while it waits for one.' })
  readonly closedBy: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was closed.' })
  readonly closedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'What who closed it found.' })
  readonly closingReason: string | null;

  constructor(opened: BreakGlass) {
    this.id = opened.id;
    this.modelVersion = opened.modelVersion;
    this.environment = opened.environment;
    this.reason = opened.reason;
    this.openedBy = opened.openedBy;
    this.openedAt = opened.openedAt;
    this.expiresAt = opened.expiresAt;
    this.closedBy = opened.closedBy;
    this.closedAt = opened.closedAt;
    this.closingReason = opened.closingReason;
  }
}

export const BreakGlassConnection = connectionOf('BreakGlass', () => BreakGlassType);

@ObjectType({ description: 'A break-glass after a change.' })
@Access(READ)
export class BreakGlassPayload extends ChangedPayload {
  @Field(() => BreakGlassType, { description: 'As it is now.' })
  readonly breakGlass: BreakGlassType;

  constructor({ value, eventCursor }: Changed<BreakGlass>) {
    super(eventCursor);
    this.breakGlass = new BreakGlassType(value);
  }
}

@InputType({ description: 'A version that must serve now.' })
export class OpenBreakGlassInput {
  @Field(() => ID, { description: 'The model version: SUBMITTED, VALIDATED or APPROVED.' })
  modelVersion!: string;

  @Field(() => String, { description: 'The only environment in which it is let through.' })
  environment!: string;

  @Field(() => Int, { description: 'For how long it lets new traffic through: 1 to 1440.' })
  minutes!: number;

  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}

@InputType({ description: 'A break-glass that another person has looked into.' })
export class CloseBreakGlassInput {
  @Field(() => Int, { description: 'Its number.' })
  id!: number;

  @Field(() => String, { description: 'What was found; it stays on record.' })
  reason!: string;
}
