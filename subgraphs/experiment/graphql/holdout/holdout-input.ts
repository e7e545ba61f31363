import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import type { HoldoutStatus } from '../../domain/holdout/holdout.ts';
import { MetricRevisionInput } from '../metric/guardrail-input.ts';
import { NamespaceSliceInput } from '../experiment/namespace-input.ts';
import { HoldoutStatusEnum } from './holdout.ts';

@InputType('HoldoutNamespaceInput', { description: 'The slice of the units of a namespace that is held out.' })
export class HoldoutNamespaceInput extends NamespaceSliceInput {}

@InputType('HoldoutMetricInput', { description: 'A metric of pushed events by which held out units are compared.' })
export class HoldoutMetricInput extends MetricRevisionInput {}

@InputType('CreateHoldoutInput', { description: 'Units to keep out of all experiments of a namespace.' })
export class CreateHoldoutInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => String, { defaultValue: '', description: 'What it is for.' })
  readonly description!: string;

  @Field(() => String, {
    description: 'The input field whose value is hashed, as the experiments of the namespace do.',
  })
  readonly unit!: string;

  @Field(() => HoldoutNamespaceInput, {
    description:
      'The slice; refused where an experiment or another holdout holds a part of it. At most half of the units.',
  })
  readonly namespace!: HoldoutNamespaceInput;

  @Field(() => String, {
    nullable: true,
    description:
      'The name of the pushed event that says that a unit is there, as a visit: from the first one on it counts in the report. Left out: nothing is reported.',
  })
  readonly entry?: string | null;

  @Field(() => [HoldoutMetricInput], {
    defaultValue: [],
    description: 'What held out units are compared by with all others.',
  })
  readonly metrics!: readonly HoldoutMetricInput[];
}

@InputType('EndHoldoutInput', { description: 'Which holdout to end, and why.' })
export class EndHoldoutInput {
  @Field(() => ID, { description: 'The holdout.' })
  readonly holdout!: string;

  @Field(() => String, { description: 'Why; it stays on record.' })
  readonly reason!: string;
}

@ArgsType()
export class HoldoutArgs extends PageArgs {
  @Field(() => HoldoutStatusEnum, { nullable: true, description: 'Only those that stand here.' })
  readonly status?: HoldoutStatus | null;
}
