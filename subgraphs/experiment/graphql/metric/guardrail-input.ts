import { Field, Float, ID, InputType, Int } from 'type-graphql';
import type { MarginKind } from '../../domain/metric/metric.ts';
import { MarginKindEnum } from './metric.ts';

/** A metric at one of its revisions. */
@InputType()
export abstract class MetricRevisionInput {
  @Field(() => ID, { description: 'The metric.' })
  readonly metric!: string;

  @Field(() => Int, {
    nullable: true,
    defaultValue: null,
    description: 'Which revision of it; the newest if left out.',
  })
  readonly revision!: number | null;
}

/** A metric that must not get worse than its margin. */
@InputType()
export abstract class GuardrailInput extends MetricRevisionInput {
  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description: "How much worse is accepted; the metric's own margin if left out.",
  })
  readonly margin!: number | null;

  @Field(() => MarginKindEnum, {
    nullable: true,
    defaultValue: null,
    description: 'What the margin is measured in; as the metric says if left out.',
  })
  readonly marginKind!: MarginKind | null;
}
