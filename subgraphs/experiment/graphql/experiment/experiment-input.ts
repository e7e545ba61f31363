import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { MdeKind } from '../../domain/experiment/design.ts';
import { READ } from '../access.ts';
import { MdeKindEnum } from '../enums.ts';
import { ExperimentBalanceInput } from './balance.ts';
import { ExperimentType } from './experiment.ts';
import { GuardrailInput, MetricRevisionInput } from '../metric/guardrail-input.ts';
import { NamespaceSliceInput } from './namespace-input.ts';

@InputType('ExperimentArmInput', { description: 'One side of an experiment.' })
export class ExperimentArmInput {
  @Field(() => String, { description: 'Its name, by which results call it.' })
  readonly name!: string;

  @Field(() => ID, { description: 'What it serves.' })
  readonly release!: string;

  @Field(() => Float, { description: 'Its share of all units; those of all arms sum to at most 1.' })
  readonly share!: number;
}

@InputType('ExperimentMetricInput', { description: 'A metric that is compared as well, and decides nothing.' })
export class ExperimentMetricInput extends MetricRevisionInput {}

@InputType('ExperimentGuardrailInput', { description: 'A metric that no arm may break that ships.' })
export class ExperimentGuardrailInput extends GuardrailInput {}

@InputType('ExperimentNamespaceInput', {
  description: 'A slice of the units of a namespace: experiments in one namespace share its units out.',
})
export class ExperimentNamespaceInput extends NamespaceSliceInput {}

@InputType('ExperimentCovariateInput', {
  description: 'What was known of units before: events that were pushed for them, up to their first exposure.',
})
export class ExperimentCovariateInput {
  @Field(() => String, { description: 'The name of the events; the sum of their values is taken.' })
  readonly event!: string;

  @Field(() => Float, { description: 'How many days before the first exposure of a unit: above 0, up to 90.' })
  readonly days!: number;
}

const TARGETING =
  'Which requests it is about: a condition in CEL over the inputs and segments of the recipe and the time "at", such as `country == "IN" && amount > 10.0`. Requests that do not meet it go on as without the experiment.';

@InputType('CreateExperimentInput', { description: 'Releases of one deployment to compare.' })
export class CreateExperimentInput {
  @Field(() => String, { description: 'Its name: letters, digits, "_", "-", "."; begins with a letter.' })
  readonly name!: string;

  @Field(() => String, { defaultValue: '', description: 'What it is about.' })
  readonly description!: string;

  @Field(() => String, { description: 'What is expected, and why.' })
  readonly hypothesis!: string;

  @Field(() => ID, { description: 'Where it shall run.' })
  readonly deployment!: string;

  @Field(() => [ExperimentArmInput], { description: 'Its arms, from 2 to 10.' })
  readonly arms!: readonly ExperimentArmInput[];

  @Field(() => String, {
    defaultValue: 'control',
    description: 'The name of the arm with which each of the others is compared.',
  })
  readonly control!: string;

  @Field(() => ExperimentMetricInput, {
    nullable: true,
    description:
      'The metric that decides: a PROPORTION, MEAN, RATIO or COUNT of answers, with units as what varies. Left out: the share of units that convert.',
  })
  readonly primary?: ExperimentMetricInput | null;

  @Field(() => Float, {
    nullable: true,
    description: 'With a primary metric: the standard deviation of its units’ values as it is assumed, above 0.',
  })
  readonly deviation?: number | null;

  @Field(() => Float, { defaultValue: 0.5, description: 'An outcome of this value or more is a positive.' })
  readonly positiveFrom!: number;

  @Field(() => [ExperimentMetricInput], { defaultValue: [], description: 'What is compared as well.' })
  readonly secondary!: readonly ExperimentMetricInput[];

  @Field(() => [ExperimentGuardrailInput], { defaultValue: [], description: 'What no arm may break that ships.' })
  readonly guardrails!: readonly ExperimentGuardrailInput[];

  @Field(() => [String], {
    defaultValue: [],
    description: 'Segments of the recipe, such as a city, within whose values the arms are compared as well.',
  })
  readonly segments!: readonly string[];

  @Field(() => String, {
    nullable: true,
    description:
      'A segment of the recipe within whose values the arms are compared before they are put together (post-stratification). Left out: none.',
  })
  readonly stratum?: string | null;

  @Field(() => ExperimentCovariateInput, {
    nullable: true,
    description: 'What is taken out of the values of units (CUPED). Left out: nothing.',
  })
  readonly covariate?: ExperimentCovariateInput | null;

  @Field(() => ExperimentBalanceInput, {
    nullable: true,
    description:
      'By what its seed is chosen when it starts, so that arms are alike on what is known of units by then. Left out: the seed is taken as it is.',
  })
  readonly balance?: ExperimentBalanceInput | null;

  @Field(() => Float, {
    description: "The control's rate as it is assumed, above 0 and below 1; with a primary metric its value.",
  })
  readonly baseline!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'The smallest effect worth finding; its sign says which way is better. Left out: the minimumEffect of the primary metric.',
  })
  readonly mde?: number | null;

  @Field(() => MdeKindEnum, { defaultValue: 'RELATIVE', description: 'What the effect is measured in.' })
  readonly mdeKind!: MdeKind;

  @Field(() => Float, { defaultValue: 0.05, description: 'Chance of a false alarm, two-sided.' })
  readonly alpha!: number;

  @Field(() => Float, { defaultValue: 0.8, description: 'Chance of finding the effect.' })
  readonly power!: number;

  @Field(() => String, { description: 'The input field whose value is hashed: a user, a flight.' })
  readonly unit!: string;

  @Field(() => String, { nullable: true, description: `${TARGETING} Left out: all.` })
  readonly targeting?: string | null;

  @Field(() => ExperimentNamespaceInput, {
    nullable: true,
    description:
      'The slice of units that it is about; refused where another experiment or a holdout holds a part of it. Left out: all.',
  })
  readonly namespace?: ExperimentNamespaceInput | null;

  @Field(() => String, { nullable: true, description: "Salt of the hash; the experiment's id where it is left out." })
  readonly seed?: string | null;

  @Field(() => Int, { defaultValue: 2, description: 'Version of the hash: 1 or 2.' })
  readonly hashVersion!: number;
}

@InputType('ExperimentInput', { description: 'Which experiment.' })
export class ExperimentInput {
  @Field(() => ID, { description: 'The experiment.' })
  readonly experiment!: string;
}

@InputType('StopExperimentInput', { description: 'Which experiment to stop, and why.' })
export class StopExperimentInput extends ExperimentInput {
  @Field(() => String, { description: 'Why; it stays on record.' })
  readonly reason!: string;
}

@InputType('ExperimentShareInput', { description: "One arm's part of a new split." })
export class ExperimentShareInput {
  @Field(() => String, { description: 'The arm.' })
  readonly arm!: string;

  @Field(() => Float, { description: 'Its share of all units.' })
  readonly share!: number;
}

@InputType('ChangeExperimentSplitInput', { description: 'Another split of an experiment.' })
export class ChangeExperimentSplitInput extends ExperimentInput {
  @Field(() => [ExperimentShareInput], { description: 'The share of every arm; they sum to at most 1.' })
  readonly shares!: readonly ExperimentShareInput[];

  @Field(() => Int, { description: 'The revision of the experiment that was read.' })
  readonly expectedRevision!: number;
}

@InputType('ReviseExperimentInput', {
  description:
    'What to change of an experiment; what is left out stays. What it compares by, the primary metric, the unit and the arms never change.',
})
export class ReviseExperimentInput extends ExperimentInput {
  @Field(() => Int, { description: 'The revision of the experiment that was read.' })
  readonly expectedRevision!: number;

  @Field(() => String, { nullable: true, description: `${TARGETING} Empty: all.` })
  readonly targeting?: string | null;

  @Field(() => [ExperimentMetricInput], { nullable: true, description: 'What is compared as well.' })
  readonly secondary?: readonly ExperimentMetricInput[] | null;

  @Field(() => [ExperimentGuardrailInput], { nullable: true, description: 'What no arm may break that ships.' })
  readonly guardrails?: readonly ExperimentGuardrailInput[] | null;

  @Field(() => [String], { nullable: true, description: 'Segments within whose values the arms are compared as well.' })
  readonly segments?: readonly string[] | null;
}

@InputType('DecideExperimentInput', { description: 'How a stopped experiment is decided.' })
export class DecideExperimentInput extends ExperimentInput {
  @Field(() => Boolean, { description: 'Whether an arm ships. This moves no traffic.' })
  readonly ships!: boolean;

  @Field(() => String, {
    nullable: true,
    defaultValue: null,
    description: 'Which arm ships; needed where there are several to choose from.',
  })
  readonly arm!: string | null;

  @Field(() => String, { description: 'Why; it stays on record, next to what the analysis recommended.' })
  readonly reason!: string;
}

@InputType('SetClientEvaluationInput', { description: 'Whether clients may evaluate an experiment by themselves.' })
export class SetClientEvaluationInput extends ExperimentInput {
  @Field(() => Boolean, {
    description:
      'Whether a public key with the scope experiment:evaluate is shown its arms, unit, seed and split, and the segment values that other releases answer.',
  })
  readonly allowed!: boolean;
}

@ObjectType('ExperimentPayload', { description: 'A changed experiment.' })
@Access(READ)
export class ExperimentPayload extends ChangedPayload {
  @Field(() => ExperimentType, { description: 'The experiment after the change.' })
  readonly experiment!: ExperimentType;

  @Field(() => String, { nullable: true, description: 'What the change costs, if it costs anything.' })
  readonly warning!: string | null;
}
