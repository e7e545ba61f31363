import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { APPROVE } from '../access.ts';

@InputType('EraseUnitInput', { description: 'Which unit to erase.' })
export class EraseUnitInput {
  @Field(() => String, { description: 'The input field whose value it is, as experiments hash it: user_id.' })
  readonly unitField!: string;

  @Field(() => String, { description: 'The unit.' })
  readonly unit!: string;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Of these experiments alone, pushed events being left. Left out: all that experiments, holdouts and rollouts hold of it.',
  })
  readonly experiments?: readonly string[] | null;

  @Field(() => String, { description: 'Why; it stays on record, so it names nobody.' })
  readonly reason!: string;
}

@ObjectType('UnitErasure', { description: 'That a unit was erased; nothing here names it.' })
@Access(APPROVE)
export class UnitErasureType {
  @Field(() => String, { description: "The unit's digest under the project's salt, as the audit has it." })
  readonly digest!: string;

  @Field(() => String, { nullable: true, description: 'The experiment that it is about; null: all that was held.' })
  readonly experiment!: string | null;

  @Field(() => Date, { description: 'When.' })
  readonly at!: Date;

  @Field(() => Float, { description: 'Records of the unit that came afterwards and were dropped.' })
  readonly late!: number;
}

@ObjectType('RemovedOfUnit', { description: 'What an erasure took away.' })
@Access(APPROVE)
export class RemovedOfUnitType {
  @Field(() => Int, { description: 'Rows of the unit, one for each revision and class of trust.' })
  readonly units!: number;

  @Field(() => Int, { description: 'Outcomes.' })
  readonly outcomes!: number;

  @Field(() => Int, { description: 'Answers.' })
  readonly answers!: number;

  @Field(() => Int, { description: 'Pushed events.' })
  readonly events!: number;
}

@ObjectType('EraseUnitPayload', { description: 'An erased unit.' })
@Access(APPROVE)
export class EraseUnitPayload extends ChangedPayload {
  @Field(() => RemovedOfUnitType, { description: 'What was taken away now; of a second call nothing.' })
  readonly removed!: RemovedOfUnitType;

  @Field(() => [UnitErasureType], { description: 'That it was erased.' })
  readonly erasures!: readonly UnitErasureType[];
}
