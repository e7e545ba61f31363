import { Field, Float, Int, ObjectType } from 'type-graphql';
import { AGREEMENTS, type Agreement } from '../../../../core/tensor/agreement.ts';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { READ } from '../access.ts';

const AgreementEnum = graphqlEnum('Agreement', AGREEMENTS, 'How closely an engine answers as a model must.', {
  EXACT: 'To the bit.',
  BOUNDED: 'Within 2 units in the last place of float32.',
  OFF: 'Farther off: no node runs the version on it.',
});

@ObjectType('EngineProof', {
  description: 'How closely an engine answered, on the golden rows and on rows on which engines are known to differ.',
})
@Access(READ)
export class EngineProofType {
  @Field(() => String, { description: 'The engine, by the name that releases carry it by.' })
  engine!: string;

  @Field(() => String, { description: 'The version of it that was run.' })
  version!: string;

  @Field(() => AgreementEnum, { description: 'How closely.' })
  agreement!: Agreement;

  @Field(() => Int, {
    nullable: true,
    description: 'The farthest that two numbers lay apart, in units in the last place; null where more differs.',
  })
  ulps!: number | null;

  @Field(() => Int, { description: 'How many rows were run; none where the engine does not take the model.' })
  rows!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'The 99th percentile of one warm row in milliseconds, where it was proven; null where the engine does not take the model.',
  })
  p99Ms!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it differs most, or why it does not take the model; null where it answers alike.',
  })
  difference!: string | null;
}
