import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { ExpiryPolicy } from '../../domain/rollout/rollout.ts';
import { READ } from '../access.ts';
import { GuardrailInput } from '../metric/guardrail-input.ts';
import { ExpiryPolicyEnum, PresetEnum } from './rollout-enums.ts';
import { RolloutType } from './rollout.ts';

@InputType('RolloutMarginInput', { description: 'The margin of one guardrail in one step.' })
export class RolloutMarginInput {
  @Field(() => String, { description: 'The name of the metric that guards.' })
  readonly metric!: string;

  @Field(() => Float, { description: 'How much worse is accepted in this step.' })
  readonly margin!: number;
}

@InputType('RolloutStepInput', { description: 'One step of a rollout.' })
export class RolloutStepInput {
  @Field(() => Float, {
    description: "The candidate's share of all units: up to 0.5, where the control gets as much, or 1.",
  })
  readonly weight!: number;

  @Field(() => Int, { description: 'Units that each arm must have had before the step is called good.' })
  readonly minSamples!: number;

  @Field(() => Float, { defaultValue: 0, description: 'How long it lasts at least.' })
  readonly minMinutes!: number;

  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description: 'When `onExpiry` decides if it has not shown enough; left out: never.',
  })
  readonly maxMinutes!: number | null;

  @Field(() => Float, { defaultValue: 0, description: 'How long all guardrails must have held without a break.' })
  readonly bakeMinutes!: number;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether a person lets it go on: `approveRolloutStep`.' })
  readonly approval!: boolean;

  @Field(() => [RolloutMarginInput], { defaultValue: [], description: 'Margins of this step, where they differ.' })
  readonly margins!: readonly RolloutMarginInput[];
}

@InputType('RolloutGuardrailInput', { description: 'A metric that must not get worse by more than its margin.' })
export class RolloutGuardrailInput extends GuardrailInput {
  @Field(() => String, {
    nullable: true,
    defaultValue: null,
    description: 'A segment of the recipe: harm within one of its values rolls back too.',
  })
  readonly segment!: string | null;
}

@InputType('BlueGreenInput', {
  description: 'All traffic at once, after checks, with the release of before kept ready on every node to go back to.',
})
export class BlueGreenInput {
  @Field(() => Float, {
    defaultValue: 180,
    description: 'How long every check must have passed without a break after the switch.',
  })
  readonly watchMinutes!: number;

  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description: 'When `onExpiry` decides, before the switch and after it; left out: never.',
  })
  readonly maxMinutes!: number | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether another person than its maker lets it switch: `approveRolloutStep`.',
  })
  readonly approval!: boolean;

  @Field(() => Int, { defaultValue: 60, description: 'Answers are judged over so many seconds at a time, up to now.' })
  readonly windowSeconds!: number;

  @Field(() => Int, { defaultValue: 100, description: 'Fewer answers than these in a window say nothing.' })
  readonly minAnswers!: number;

  @Field(() => Float, {
    defaultValue: 0.01,
    description: 'Largest share of a window’s requests that may have no answer, or a fallback’s.',
  })
  readonly maxErrorShare!: number;

  @Field(() => Float, {
    defaultValue: 100,
    description: 'Ceiling of the 99th percentile of answers, and of warm runs on each node, in milliseconds.',
  })
  readonly maxP99Ms!: number;

  @Field(() => Float, { defaultValue: 0.9, description: 'Largest share of its memory that a node may use.' })
  readonly maxMemoryShare!: number;

  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description:
      'Requests a second: what the warm runs of all nodes together must come to before the switch, and what is answered after it. Left out: not asked.',
  })
  readonly minPerSecond!: number | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: null,
    description:
      'Largest share of the values of features that the candidate reads which may be too old or not there, before the switch and after it. Left out: not asked.',
  })
  readonly maxStaleShare!: number | null;
}

@InputType('CreateRolloutInput', { description: 'A release to give a deployment’s traffic to, step by step.' })
export class CreateRolloutInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => String, { defaultValue: '', description: 'What it is about.' })
  readonly description!: string;

  @Field(() => String, { defaultValue: '', description: 'What is expected, and why.' })
  readonly hypothesis!: string;

  @Field(() => ID, { description: 'Where it shall run. What answers there by default is the control.' })
  readonly deployment!: string;

  @Field(() => ID, { description: 'The release that shall become the default.' })
  readonly candidate!: string;

  @Field(() => String, { description: 'The input field whose value is hashed: a user, a flight.' })
  readonly unit!: string;

  @Field(() => [RolloutStepInput], { nullable: true, description: 'Its steps, in order; or `preset` or `blueGreen`.' })
  readonly steps?: readonly RolloutStepInput[] | null;

  @Field(() => PresetEnum, { nullable: true, description: 'Steps that are known by name; or `steps`.' })
  readonly preset?: string | null;

  @Field(() => BlueGreenInput, { nullable: true, description: 'A switch of all traffic at once; or `steps`.' })
  readonly blueGreen?: BlueGreenInput | null;

  @Field(() => [RolloutGuardrailInput], {
    defaultValue: [],
    description: 'What must not get worse: at least one where it goes step by step, none of a blue-green switch.',
  })
  readonly guardrails!: readonly RolloutGuardrailInput[];

  @Field(() => Float, {
    defaultValue: 0.05,
    description: 'Chance that a harmless candidate is rolled back, over all steps, looks, guardrails and segments.',
  })
  readonly alpha!: number;

  @Field(() => ExpiryPolicyEnum, {
    defaultValue: 'ROLL_BACK',
    description: 'What becomes of a step whose time is over.',
  })
  readonly onExpiry!: ExpiryPolicy;

  @Field(() => String, { nullable: true, description: "Salt of the hash; the rollout's id where it is left out." })
  readonly seed?: string | null;

  @Field(() => Int, { defaultValue: 2, description: 'Version of the hash: 1 or 2.' })
  readonly hashVersion!: number;
}

@InputType('RolloutInput', { description: 'Which rollout.' })
export class RolloutInput {
  @Field(() => ID, { description: 'The rollout.' })
  readonly rollout!: string;
}

@InputType('ReasonedRolloutInput', { description: 'Which rollout, and why.' })
export class ReasonedRolloutInput extends RolloutInput {
  @Field(() => String, { description: 'Why; it stays on record.' })
  readonly reason!: string;
}

@ObjectType('RolloutPayload', { description: 'A changed rollout.' })
@Access(READ)
export class RolloutPayload extends ChangedPayload {
  @Field(() => RolloutType, { description: 'The rollout after the change.' })
  readonly rollout!: RolloutType;
}
