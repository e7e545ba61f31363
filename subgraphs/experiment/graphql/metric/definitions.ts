import { Ctx, Field, InputType, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { AppliedDefinitions } from '../../../shared/definitions/apply.ts';
import { ApplyDefinitionsInput, definitionChanges } from '../../../shared/graphql/definition-changes.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { WRITE } from '../access.ts';
import type { ExperimentContext } from '../context.ts';
import { CreateMetricInput } from './metric.ts';

@InputType({ description: 'Definitions of what is measured, 1 to 1,000 together.' })
export class ApplyMeasurementDefinitionsInput extends ApplyDefinitionsInput {
  @Field(() => [CreateMetricInput], {
    nullable: true,
    description:
      'Metrics; another definition is the next revision of one that is there, and what refers to a revision of before goes on with that one.',
  })
  readonly metrics?: CreateMetricInput[] | null;
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
    { dryRun, expected, metrics }: ApplyMeasurementDefinitionsInput,
    @Ctx() context: ExperimentContext,
  ): Promise<AppliedDefinitions> {
    return context.definitions.apply(context, { metrics }, { dryRun, expected: expected ?? [] });
  }
}
