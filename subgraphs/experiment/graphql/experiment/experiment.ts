import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { Covariate } from '../../domain/experiment/adjustment.ts';
import { absoluteMde, plannedUnits } from '../../domain/experiment/design.ts';
import { armNames, type Decision, type Experiment, type ExperimentStatus } from '../../domain/experiment/experiment.ts';
import type { NamespaceSlice } from '../../domain/experiment/namespace.ts';
import { experimentIds } from '../../domain/ids.ts';
import { shareOf } from '../../domain/split.ts';
import type { Arm, StepVerb } from '../../domain/study.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { RecommendationEnum, StatusEnum, StudyStepEnum } from '../enums.ts';
import { GraphQLJSON } from 'graphql-scalars';
import { experimentAsInput } from '../../domain/experiment/experiment-as-input.ts';
import { ExperimentBalanceType } from './balance.ts';
import {
  ExperimentCovariateType,
  ExperimentDesignType,
  ExperimentMetricType,
  ExperimentNamespaceType,
} from './experiment-design.ts';
import { ExperimentGuardrailType, ExperimentMetricUseType, ExperimentRevisionType } from './experiment-revision.ts';
import { DeploymentType, ModelVersionType, ReleaseType } from '../references.ts';

@ObjectType('ExperimentArm', { description: 'One side of an experiment.' })
@Access(READ)
export class ExperimentArmType {
  @Field(() => String, { description: 'Its name.' })
  readonly arm: string;

  @Field(() => Boolean, { description: 'Whether the others are compared with it.' })
  readonly isControl: boolean;

  @Field(() => ReleaseType, { nullable: true, description: 'What it serves.' })
  readonly release: ReleaseType;

  @Field(() => [ModelVersionType], {
    description: 'The model versions that it runs, once the registry has said so.',
  })
  readonly modelVersions: readonly ModelVersionType[];

  @Field(() => Float, { description: 'Its share of all units, in the split in force.' })
  readonly share: number;

  constructor({ name, release, modelVersions }: Arm, isControl: boolean, share: number) {
    this.arm = name;
    this.isControl = isControl;
    this.release = new ReleaseType(release);
    this.modelVersions = modelVersions.map((id) => new ModelVersionType(id));
    this.share = share;
  }
}

@ObjectType('ExperimentDecision', { description: 'How an experiment was decided.' })
@Access(READ)
export class ExperimentDecisionType {
  @Field(() => Boolean, { description: 'Whether an arm ships.' })
  readonly ships: boolean;

  @Field(() => String, { nullable: true, description: 'The arm that ships; null: the control stays.' })
  readonly arm: string | null;

  @Field(() => String, { description: 'Why.' })
  readonly reason: string;

  @Field(() => RecommendationEnum, { description: 'What the analysis recommended at that moment.' })
  readonly recommendation: string;

  @Field(() => String, { description: 'Who decided.' })
  readonly by: string;

  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  constructor({ arm, reason, recommendation, by, at }: Decision) {
    this.ships = arm !== null;
    this.arm = arm;
    this.reason = reason;
    this.recommendation = recommendation;
    this.by = by;
    this.at = at;
  }
}

@ObjectType('Experiment', { description: 'Releases of one deployment, compared on units that a hash divides.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class ExperimentType {
  @Field(() => ID, { description: 'tiffin:<project>:experiment:<name>.' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it is about.' })
  readonly description: string;

  @Field(() => String, { description: 'What is expected, and why.' })
  readonly hypothesis: string;

  @Field(() => DeploymentType, { nullable: true, description: 'Where it runs.' })
  readonly deployment: DeploymentType;

  @Field(() => [ExperimentArmType], { description: 'The control, then the others.' })
  readonly arms: readonly ExperimentArmType[];

  @Field(() => ExperimentMetricType, { description: 'What decides.' })
  readonly metric: ExperimentMetricType;

  @Field(() => [ExperimentMetricUseType], { description: 'What is compared as well, and decides nothing.' })
  readonly secondary: readonly ExperimentMetricUseType[];

  @Field(() => [ExperimentGuardrailType], { description: 'What no arm may break that ships.' })
  readonly guardrails: readonly ExperimentGuardrailType[];

  @Field(() => [String], { description: 'Segments within whose values the arms are compared as well.' })
  readonly segments: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: 'The segment within whose values arms are compared before they are put together; null: none.',
  })
  readonly stratum: string | null;

  @Field(() => ExperimentCovariateType, {
    nullable: true,
    description: 'What is taken out of the values of units; null: nothing.',
  })
  readonly covariate: Covariate | null;

  @Field(() => ExperimentBalanceType, {
    nullable: true,
    description: 'By what its seed is chosen when it starts; null: it is taken as it is.',
  })
  readonly balance: ExperimentBalanceType | null;

  @Field(() => ExperimentDesignType, { description: 'What it must be able to find.' })
  readonly design: ExperimentDesignType;

  @Field(() => String, { description: 'The input field whose value is hashed.' })
  readonly unit: string;

  @Field(() => String, { nullable: true, description: 'Which requests it is about, in CEL; null: all.' })
  readonly targeting: string | null;

  @Field(() => ExperimentNamespaceType, {
    nullable: true,
    description: 'The slice of a namespace whose units it is about; null: all units.',
  })
  readonly namespace: NamespaceSlice | null;

  @Field(() => String, { description: 'Salt of the hash; with balance the one that was chosen, once it has started.' })
  readonly seed: string;

  @Field(() => Int, { description: 'Version of the hash: 1 or 2.' })
  readonly hashVersion: number;

  @Field(() => StatusEnum, { description: 'Where it stands.' })
  readonly status: ExperimentStatus;

  @Field(() => Int, { description: 'Number of the revision in force.' })
  readonly splitRevision: number;

  @Field(() => [ExperimentRevisionType], { description: 'Its revisions, in order; none before it has started.' })
  readonly revisions: readonly ExperimentRevisionType[];

  @Field(() => Date, {
    nullable: true,
    description: 'When somebody else took over the traffic, by a rollback or a kill; null while it holds its lease.',
  })
  readonly leaseLostAt: Date | null;

  @Field(() => StudyStepEnum, {
    nullable: true,
    description:
      'The step for which the registry has not answered yet; null where there is none. A start without an answer is taken back, any other step is sent again.',
  })
  readonly pendingStep: StepVerb | null;

  @Field(() => ExperimentDecisionType, { nullable: true, description: 'How it was decided; null before that.' })
  readonly decision: ExperimentDecisionType | null;

  @Field(() => Boolean, {
    description: 'Whether clients may evaluate it by themselves, through the features of GrowthBook.',
  })
  readonly clientEvaluation: boolean;

  @Field(() => GraphQLJSON, {
    description: 'All of it in the words of the input that defines it: defining it with them again changes nothing.',
  })
  readonly definition: object;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  @Field(() => Int, { description: 'Grows with each change.' })
  readonly revision: number;

  readonly experiment: Experiment;

  constructor(experiment: Experiment) {
    const { design, split, arms } = experiment;
    this.experiment = experiment;
    this.id = experimentIds.format(experiment);
    this.name = experiment.name;
    this.description = experiment.description;
    this.hypothesis = experiment.hypothesis;
    this.deployment = new DeploymentType(experiment.deployment);
    this.arms = arms.map((arm, i) => new ExperimentArmType(arm, i === 0, shareOf(split, arm.name)));
    const { primary, positiveFrom } = experiment;
    const kind = primary?.definition.kind ?? 'PROPORTION';
    this.metric = { kind, positiveFrom, metric: primary?.name ?? null, revision: primary?.revision ?? null };
    this.secondary = experiment.secondary.map((metric) => new ExperimentMetricUseType(metric));
    this.segments = experiment.segments;
    this.stratum = experiment.stratum;
    this.covariate = experiment.covariate;
    this.balance = experiment.balance && new ExperimentBalanceType(experiment.balance);
    this.guardrails = experiment.guardrails.map((guardrail) => new ExperimentGuardrailType(guardrail));
    const sizes = Object.entries(plannedUnits(design, armNames(experiment), split)).map(([arm, units]) => ({
      arm,
      units,
    }));
    const totalUnits = sizes.reduce((sum, { units }) => sum + units, 0);
    this.design = {
      ...design,
      deviation: design.deviation ?? null,
      sizes,
      totalUnits,
      absoluteMde: absoluteMde(design),
    };
    this.unit = experiment.unit;
    this.targeting = experiment.targeting;
    this.namespace = experiment.namespace;
    this.seed = experiment.seed;
    this.hashVersion = experiment.hashVersion;
    this.status = experiment.status;
    this.splitRevision = experiment.splitRevision;
    this.revisions = experiment.revisions.map((revision) => new ExperimentRevisionType(revision));
    this.leaseLostAt = experiment.lease?.lostAt ?? null;
    this.pendingStep = experiment.pending?.verb ?? null;
    this.decision = experiment.decision && new ExperimentDecisionType(experiment.decision);
    this.clientEvaluation = experiment.clientEvaluation;
    this.definition = experimentAsInput(experiment);
    this.createdAt = experiment.createdAt;
    this.createdBy = experiment.createdBy;
    this.revision = experiment.revision;
  }
}

export const ExperimentConnection = connectionOf('Experiment', () => ExperimentType);
export type ExperimentPage = InstanceType<typeof ExperimentConnection>;
