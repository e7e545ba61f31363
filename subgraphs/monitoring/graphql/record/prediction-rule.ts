import { Field, Float, ObjectType } from 'type-graphql';
import type { RuleOutcome, RuleResult } from '../../../../schema/telemetry.ts';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { RuleOutcomeEnum } from '../enums.ts';

@ObjectType('PredictionRule', { description: 'A rule of the recipe that matched one request, or failed on it.' })
@Access(READ)
export class PredictionRuleType {
  @Field(() => String, { description: 'Its name in the recipe.' })
  readonly name!: string;

  @Field(() => RuleOutcomeEnum, { description: 'What came of it.' })
  readonly outcome!: RuleOutcome;

  @Field(() => String, { description: 'What it decides where it is the first that matches.' })
  readonly action!: string;

  @Field(() => Float, { description: 'How sure it is of that, from 0 to 1.' })
  readonly confidence!: number;

  @Field(() => String, { description: 'Why, for people.' })
  readonly reason!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Of a failed rule: why its condition had no value, such as DIVISION_BY_ZERO or MISSING.',
  })
  readonly error!: string | null;
}

export const predictionRules = (rules: readonly RuleResult[] | null): PredictionRuleType[] =>
  (rules ?? []).map((rule) => ({ ...rule, error: rule.error ?? null }));
