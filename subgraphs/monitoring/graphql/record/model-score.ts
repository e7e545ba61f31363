import { Field, Float, ObjectType } from 'type-graphql';
import type { ModelFailure, ModelScores } from '../../../../schema/telemetry.ts';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { ModelFailureEnum } from '../enums.ts';
import { ModelVersionType } from '../references.ts';

@ObjectType('ModelScore', { description: 'What one model of a release said of one request.' })
@Access(READ)
export class ModelScoreType {
  @Field(() => ModelVersionType, { nullable: true, description: 'The model version.' })
  readonly modelVersion!: ModelVersionType;

  @Field(() => Float, {
    nullable: true,
    description: 'Its score; null where it has none: a fallback answered, or the others did without it.',
  })
  readonly score!: number | null;

  @Field(() => ModelFailureEnum, { nullable: true, description: 'Why it has none; null where it was not its turn.' })
  readonly failure!: ModelFailure | null;

  @Field(() => String, { nullable: true, description: 'The engine that ran it; null where the node did not say.' })
  readonly engine!: string | null;
}

export const modelScores = (models: ModelScores): ModelScoreType[] =>
  models.map(({ version, score, failure = null, engine = null }) => ({
    modelVersion: new ModelVersionType(version),
    score,
    failure,
    engine,
  }));
