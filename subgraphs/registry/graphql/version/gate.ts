import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';

@ObjectType('Gate', { description: 'One check that validation recomputed.' })
@Access(READ)
export class GateType {
  @Field(() => String, {
    description: 'What was checked: artifact, contract, smokeRun, goldenRows, engines, evaluation.',
  })
  gate!: string;

  @Field(() => Boolean, { description: 'Whether it passed.' })
  passed!: boolean;

  @Field(() => String, { description: 'What was found.' })
  detail!: string;
}
