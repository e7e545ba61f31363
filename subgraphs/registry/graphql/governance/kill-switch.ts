import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { Killed } from '../../operations/governance/kill-switch.ts';
import { READ } from '../access.ts';
import { ModelVersionType } from '../version/model-version.ts';

@InputType({ description: 'A version that must not answer any longer.' })
export class KillModelVersionInput {
  @Field(() => ID, { description: 'The version.' })
  id!: string;

  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}

@ObjectType({ description: 'A version out of service.' })
@Access(READ)
export class KillModelVersionPayload extends ChangedPayload {
  @Field(() => ModelVersionType, { description: 'The version: SUSPENDED.' })
  readonly modelVersion: ModelVersionType;

  @Field(() => [ID], { description: 'The deployments that fell back.' })
  readonly deployments: readonly string[];

  constructor({ value, eventCursor, deployments }: Killed) {
    super(eventCursor);
    this.modelVersion = new ModelVersionType(value);
    this.deployments = deployments;
  }
}
