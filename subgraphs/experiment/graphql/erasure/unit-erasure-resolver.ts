import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { APPROVE } from '../access.ts';
import type { ExperimentContext } from '../context.ts';
import { EraseUnitInput, EraseUnitPayload, UnitErasureType } from './unit-erasure.ts';

@Resolver()
export class UnitErasureResolver {
  @Query(() => [UnitErasureType], {
    description: 'Whether and when a unit was erased, and how much came of it since; empty where it was not.',
  })
  @Access(APPROVE)
  async unitErasures(
    @Arg('unitField', () => String, { description: 'The input field whose value it is.' }) unitField: string,
    @Arg('unit', () => String, { description: 'The unit.' }) unit: string,
    @Ctx() context: ExperimentContext,
  ): Promise<readonly UnitErasureType[]> {
    return context.unitErasures.of(context, { unitField, unit });
  }

  @Mutation(() => EraseUnitPayload, {
    description:
      'Erases what experiments, holdouts and rollouts hold of one unit: its rows, outcomes, answers and pushed events. Results are computed again without it and say so; what comes later of it is dropped and counted. Verdicts keep their sums, which name nobody.',
  })
  @Access(APPROVE)
  async eraseUnit(
    @Input(() => EraseUnitInput, 'Which unit.') { unitField, unit, experiments = null, reason }: EraseUnitInput,
    @Ctx() context: ExperimentContext,
  ): Promise<EraseUnitPayload> {
    const { value, eventCursor } = await context.unitErasures.erase(context, { unitField, unit, experiments, reason });
    return { removed: value.removed, erasures: value.erasures, eventCursor };
  }
}
