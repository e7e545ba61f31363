import { Arg, Ctx, Field, Float, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { DomainError } from '../../../core/errors.ts';
import { Access } from '../../shared/auth/access.ts';
import { validated } from '../../../schema/validated.ts';
import { shadowName } from '../reading.ts';
import { shadowUrn, type ChangedShadow } from '../shadows.ts';
import { READ, WRITE } from './access.ts';
import type { ExperimentContext } from './context.ts';
import { hashVersionOf, NewName } from './experiment-mutations.ts';
import { ShadowType } from './shadow.ts';

@InputType('CreateShadowInput', { description: 'A release to compare with what a deployment answers.' })
export class CreateShadowInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => String, { defaultValue: '', description: 'What it is about.' })
  readonly description!: string;

  @Field(() => String, { defaultValue: '', description: 'What is expected, and why.' })
  readonly hypothesis!: string;

  @Field(() => ID, { description: 'The deployment whose answers it is compared with.' })
  readonly deployment!: string;

  @Field(() => ID, { description: 'A release of that deployment that does not serve by default.' })
  readonly candidate!: string;

  @Field(() => Float, {
    defaultValue: 1,
    description: 'Share of the units whose answers are scored as well, above 0 and at most 1.',
  })
  readonly share!: number;

  @Field(() => String, { description: 'The input field whose value is hashed: a user, a flight.' })
  readonly unit!: string;

  @Field(() => Date, { nullable: true, description: 'When nodes stop scoring by themselves; left out: never.' })
  readonly endsAt?: Date | null;

  @Field(() => Float, { defaultValue: 0.5, description: 'An outcome of this value or more is a positive.' })
  readonly positiveFrom!: number;

  @Field(() => Float, {
    defaultValue: 0.001,
    description: 'The smallest difference of Brier scores that is worth finding, above 0 and below 1.',
  })
  readonly minEffect!: number;

  @Field(() => String, { nullable: true, description: "Salt of the hash; the shadow's id unless told." })
  readonly seed?: string | null;

  @Field(() => Int, { defaultValue: 2, description: 'Version of the hash: 1 or 2.' })
  readonly hashVersion!: number;
}

@InputType('ShadowInput', { description: 'Which shadow.' })
export class ShadowInput {
  @Field(() => ID, { description: 'The shadow.' })
  readonly shadow!: string;
}

@InputType('StopShadowInput', { description: 'Which shadow to stop, and why.' })
export class StopShadowInput extends ShadowInput {
  @Field(() => String, { description: 'Why; it stays on record.' })
  readonly reason!: string;
}

@ObjectType('ShadowPayload', { description: 'A changed shadow.' })
@Access(READ)
export class ShadowPayload {
  @Field(() => ShadowType, { description: 'The shadow after the change.' })
  readonly shadow!: ShadowType;

  @Field(() => String, { description: 'Pass it as after to search or lineage to see the change there.' })
  readonly eventCursor!: string;
}

const payload = ({ shadow, eventCursor }: ChangedShadow): ShadowPayload => ({
  shadow: new ShadowType(shadow),
  eventCursor,
});

const WHICH = 'Which shadow.';

function nameOf(id: string, { actor }: ExperimentContext): string {
  const name = shadowName(id, actor.project);
  if (name !== null) return name;
  throw new DomainError('NOT_FOUND', `there is no shadow ${id}`, { field: 'shadow' });
}

@Resolver()
export class ShadowMutations {
  @Mutation(() => ShadowPayload, { description: 'Describes a shadow; nothing is scored before it is started.' })
  @Access(WRITE)
  async createShadow(
    @Arg('input', () => CreateShadowInput, { description: 'What to compare.' }) input: CreateShadowInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ShadowPayload> {
    const { name } = validated(NewName, { name: input.name });
    const { candidate, seed, hashVersion, endsAt, ...rest } = input;
    return payload(
      await context.shadows.create(
        {
          ...rest,
          name,
          candidate: { release: candidate, modelVersion: null },
          seed: seed ?? shadowUrn({ project: context.actor.project, name }),
          hashVersion: hashVersionOf(hashVersion),
          endsAt: endsAt ?? null,
        },
        context,
      ),
    );
  }

  @Mutation(() => ShadowPayload, {
    description: 'Has nodes score the candidate beside their answers, or is refused with the name of another shadow.',
  })
  @Access(WRITE)
  async startShadow(
    @Arg('input', () => ShadowInput, { description: WHICH }) { shadow }: ShadowInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ShadowPayload> {
    return payload(await context.shadows.start(nameOf(shadow, context), context));
  }

  @Mutation(() => ShadowPayload, { description: 'Stops it; its pairs stay, and outcomes are still taken in.' })
  @Access(WRITE)
  async stopShadow(
    @Arg('input', () => StopShadowInput, { description: WHICH }) { shadow, reason }: StopShadowInput,
    @Ctx() context: ExperimentContext,
  ): Promise<ShadowPayload> {
    return payload(await context.shadows.stop(nameOf(shadow, context), reason, context));
  }
}
