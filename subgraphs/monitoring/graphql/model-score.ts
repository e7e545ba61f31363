import { Field, Float, ObjectType } from 'type-graphql';
import type { ModelScores } from '../../../schema/telemetry.ts';
import { Access } from '../../shared/auth/access.ts';
import { READ } from './access.ts';
import { ModelVersionType } from './references.ts';

@ObjectType('ModelScore', { description: 'What one model of a release said of one request.' })
@Access(READ)
export class ModelScoreType {
  @Field(() => ModelVersionType, { nullable: true, description: 'The model version.' })
  readonly modelVersion!: ModelVersionType;

  @Field(() => Float, { nullable: true, description: 'Its score; null where a fallback answered before it could.' })
  readonly score!: number | null;

  @Field(() => String, { nullable: true, description: 'The engine that ran it; null where the node did not say.' })
  readonly engine!: string | null;
}

export const modelScores = (models: ModelScores): ModelScoreType[] =>
  models.map(({ version, score, engine = null }) => ({ modelVersion: new ModelVersionType(version), score, engine }));
