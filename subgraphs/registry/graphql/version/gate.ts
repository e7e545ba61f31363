import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';

@ObjectType('Gate', { description: 'One check that validation recomputed.' })
@Access(READ)
export class GateType {
  @Field(() => String, {
    description:
      'What was checked: artifact, contract, smokeRun, goldenRows, engines, evaluation; and as the risk tier asks security.…, quality.…, fairness.<measure>.<attribute>, compatibility.distributions, performance.…, explainability.',
  })
  gate!: string;

  @Field(() => Boolean, { description: 'Whether it passed.' })
  passed!: boolean;

  @Field(() => String, { description: 'What was found.' })
  detail!: string;

  @Field(() => String, { nullable: true, description: 'What the policy of the tier asks, in words.' })
  rule?: string;

  @Field(() => Float, { nullable: true, description: 'The number that decided.' })
  value?: number;

  @Field(() => Float, { nullable: true, description: 'What the number is held against.' })
  limit?: number | null;

  @Field(() => Int, { nullable: true, description: 'How many rows the number was computed from.' })
  n?: number;

  @Field(() => Float, { nullable: true, description: 'Lower end of the 95 % interval of the number.' })
  lower?: number | null;

  @Field(() => Float, { nullable: true, description: 'Upper end of the 95 % interval of the number.' })
  upper?: number | null;

  @Field(() => String, { nullable: true, description: 'Of a gate that failed and was waived then: until when.' })
  waivedUntil?: string;
}
