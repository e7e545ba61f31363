import { Ctx, Field, InputType, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { AppliedDefinitions } from '../../../shared/definitions/apply.ts';
import { ApplyDefinitionsInput, definitionChanges } from '../../../shared/graphql/definition-changes.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { WRITE } from '../access.ts';
import type { ExperimentContext } from '../context.ts';
import { askedExperiment } from '../experiment/asked-experiment.ts';
import { CreateExperimentInput } from '../experiment/experiment-input.ts';
import { askedHoldout } from '../holdout/asked-holdout.ts';
import { CreateHoldoutInput } from '../holdout/holdout-input.ts';
import { CreateMetricInput } from './metric.ts';

@InputType({ description: 'Definitions of what is measured, 1 to 1,000 together.' })
export class ApplyMeasurementDefinitionsInput extends ApplyDefinitionsInput {
  @Field(() => [CreateMetricInput], {
    nullable: true,
    description:
      'Metrics; another definition is the next revision of one that is there, and what refers to a revision of before goes on with that one.',
  })
  readonly metrics?: CreateMetricInput[] | null;

  @Field(() => [CreateHoldoutInput], {
    nullable: true,
    description:
      'Holdouts; a new one holds its units out from then on. Of an active one description and metrics change, one that has ended is refused where it differs. A revision of a metric that is left out is the one that it uses already.',
  })
  readonly holdouts?: CreateHoldoutInput[] | null;

  @Field(() => [CreateExperimentInput], {
    nullable: true,
    description:
      'Experiments; a new one is a DRAFT, and a DRAFT is replaced. One that has started is refused where it differs. A revision of a metric that is left out is the one that it uses already.',
  })
  readonly experiments?: CreateExperimentInput[] | null;
}

const ApplyMeasurementDefinitionsPayload = definitionChanges('ApplyMeasurementDefinitionsPayload', WRITE);

@Resolver()
export class MeasurementDefinitionsResolver {
  @Mutation(() => ApplyMeasurementDefinitionsPayload, {
    description:
      'Applies many definitions of what is measured at once: all of them stand afterwards, or none. With dryRun, says what would come of it.',
  })
  @Access(WRITE)
  applyMeasurementDefinitions(
    @Input(() => ApplyMeasurementDefinitionsInput, 'The definitions as they shall be.')
    { dryRun, expected, metrics, holdouts, experiments }: ApplyMeasurementDefinitionsInput,
    @Ctx() context: ExperimentContext,
  ): Promise<AppliedDefinitions> {
    const set = { metrics, holdouts: holdouts?.map(askedHoldout), experiments: experiments?.map(askedExperiment) };
    return context.definitions.apply(context, set, { dryRun, expected: expected ?? [] });
  }
}
