import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { Guardrail } from '../../domain/metric/guardrail.ts';
import { metricIds, rolloutIds } from '../../domain/ids.ts';
import type { MarginKind, MetricDefinition } from '../../domain/metric/metric.ts';
import {
  CANDIDATE,
  CONTROL,
  runOf,
  type ExpiryPolicy,
  type Pause,
  type Rollout,
  type RolloutStatus,
  type RolloutStep,
  type StepRun,
} from '../../domain/rollout/rollout.ts';
import type { BlueGreen } from '../../domain/rollout/blue-green.ts';
import type { StepVerb } from '../../domain/study.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { StudyStepEnum } from '../enums.ts';
import { MarginKindEnum, MetricDefinitionType } from '../metric/metric.ts';
import { DeploymentType, ModelVersionType, ReleaseType } from '../references.ts';
import { ExpiryPolicyEnum, RolloutStatusEnum } from './rollout-enums.ts';

@ObjectType('RolloutMargin', { description: 'The margin of one guardrail in one step.' })
@Access(READ)
export class RolloutMarginType {
  @Field(() => String, { description: 'The name of the metric that guards.' })
  readonly metric!: string;

  @Field(() => Float, { description: 'How much worse is accepted in this step.' })
  readonly margin!: number;
}

@ObjectType('RolloutStep', { description: 'One step of a rollout, as it was planned and as it went.' })
@Access(READ)
export class RolloutStepType {
  @Field(() => Int, { description: 'Its number, from 1: the revision under which its units are assigned.' })
  readonly number: number;

  @Field(() => Float, {
    description: "The candidate's share of all units; up to 0.5 the control has as much. 0: ready, and answers nobody.",
  })
  readonly weight: number;

  @Field(() => Int, { description: 'Units that each arm must have had before it is called good.' })
  readonly minSamples: number;

  @Field(() => Float, { description: 'How long it lasts at least.' })
  readonly minMinutes: number;

  @Field(() => Float, { nullable: true, description: 'When `onExpiry` decides; null: never.' })
  readonly maxMinutes: number | null;

  @Field(() => Float, { description: 'How long all guardrails must have held without a break.' })
  readonly bakeMinutes: number;

  @Field(() => Boolean, { description: 'Whether a person lets it go on.' })
  readonly approval: boolean;

  @Field(() => [RolloutMarginType], { description: 'Margins of this step, where they differ.' })
  readonly margins: readonly RolloutMarginType[];

  @Field(() => Date, { nullable: true, description: 'When it came into force; null before that.' })
  readonly startedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended; null before that.' })
  readonly endedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'Since when all guardrails hold without a break.' })
  readonly passedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Who lets it go on; null: nobody yet.' })
  readonly approvedBy: string | null;

  constructor(number: number, step: RolloutStep, run: StepRun | undefined) {
    this.number = number;
    this.weight = step.weight;
    this.minSamples = step.minSamples;
    this.minMinutes = step.minMinutes;
    this.maxMinutes = step.maxMinutes;
    this.bakeMinutes = step.bakeMinutes;
    this.approval = step.approval;
    this.margins = Object.entries(step.margins).map(([metric, margin]) => ({ metric, margin }));
    this.startedAt = run?.startedAt ?? null;
    this.endedAt = run?.endedAt ?? null;
    this.passedAt = run?.passedAt ?? null;
    this.approvedBy = run?.approvedBy ?? null;
  }
}

@ObjectType('RolloutGuardrail', { description: 'A metric that must not get worse by more than its margin.' })
@Access(READ)
export class RolloutGuardrailType {
  @Field(() => ID, { description: 'The metric.' })
  readonly metric: string;

  @Field(() => Int, { description: 'Which revision of it.' })
  readonly revision: number;

  @Field(() => MetricDefinitionType, { description: 'What that revision is made of.' })
  readonly definition: MetricDefinition;

  @Field(() => Float, { nullable: true, description: 'How much worse is accepted; null of a QUANTILE.' })
  readonly margin: number | null;

  @Field(() => MarginKindEnum, { description: 'What the margin is measured in.' })
  readonly marginKind: MarginKind;

  @Field(() => String, { nullable: true, description: 'The segment within whose values harm is looked for too.' })
  readonly segment: string | null;

  constructor(project: string, { name, revision, definition, margin, marginKind, segment }: Guardrail) {
    this.metric = metricIds.format({ project, name });
    this.revision = revision;
    this.definition = definition;
    this.margin = margin;
    this.marginKind = marginKind;
    this.segment = segment;
  }
}

@ObjectType('RolloutPause', { description: 'Why a rollout does not go on.' })
@Access(READ)
export class RolloutPauseType {
  @Field(() => String, { description: 'Who paused it.' })
  readonly by!: string;

  @Field(() => Date, { description: 'When.' })
  readonly at!: Date;

  @Field(() => String, { description: 'Why.' })
  readonly reason!: string;
}

@ObjectType('BlueGreen', { description: 'What a blue-green switch is checked by.' })
@Access(READ)
export class BlueGreenType {
  @Field(() => Int, { description: 'Answers are judged over so many seconds at a time, up to now.' })
  readonly windowSeconds!: number;

  @Field(() => Int, { description: 'Fewer answers than these in a window say nothing.' })
  readonly minAnswers!: number;

  @Field(() => Float, { description: 'Largest share of a window’s requests that may have no answer, or a fallback’s.' })
  readonly maxErrorShare!: number;

  @Field(() => Float, { description: 'Ceiling of the 99th percentile of answers, and of warm runs on each node.' })
  readonly maxP99Ms!: number;

  @Field(() => Float, { description: 'Largest share of its memory that a node may use.' })
  readonly maxMemoryShare!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Requests a second that all nodes together must be able to answer; null: not asked.',
  })
  readonly minPerSecond!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Largest share of the candidate’s values of features that may be too old or not there; null: not asked.',
  })
  readonly maxStaleShare!: number | null;

  @Field(() => [String], {
    description: 'The nodes that were ready when all traffic was switched; empty before that, or if a person skipped.',
  })
  readonly nodes!: readonly string[];
}

@ObjectType('Rollout', {
  description: 'A release that gets a deployment’s traffic step by step, beside a control of the same size.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class RolloutType {
  @Field(() => ID, { description: 'tiffin:<project>:rollout:<name>.' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it is about.' })
  readonly description: string;

  @Field(() => String, { description: 'What is expected, and why.' })
  readonly hypothesis: string;

  @Field(() => DeploymentType, { nullable: true, description: 'Where it runs.' })
  readonly deployment: DeploymentType;

  @Field(() => ReleaseType, { nullable: true, description: 'What answered by default when it was made.' })
  readonly control: ReleaseType;

  @Field(() => ReleaseType, { nullable: true, description: 'What shall become the default.' })
  readonly candidate: ReleaseType;

  @Field(() => [ModelVersionType], {
    description: "The candidate's model versions, once the registry has said so.",
  })
  readonly modelVersions: readonly ModelVersionType[];

  @Field(() => RolloutStatusEnum, { description: 'Where it stands.' })
  readonly status: RolloutStatus;

  @Field(() => Int, { description: 'Number of the step in force, or of the last one; 0 before it has started.' })
  readonly step: number;

  @Field(() => [RolloutStepType], { description: 'Its steps, in order.' })
  readonly steps: readonly RolloutStepType[];

  @Field(() => [RolloutGuardrailType], { description: 'What must not get worse.' })
  readonly guardrails: readonly RolloutGuardrailType[];

  @Field(() => BlueGreenType, {
    nullable: true,
    description: 'Of a blue-green switch: step 1 makes the candidate ready, step 2 gives it all traffic and watches.',
  })
  readonly blueGreen: BlueGreen | null;

  @Field(() => Float, { description: 'Chance that a harmless candidate is rolled back, over everything.' })
  readonly alpha: number;

  @Field(() => ExpiryPolicyEnum, { description: 'What becomes of a step whose longest time is over.' })
  readonly onExpiry: ExpiryPolicy;

  @Field(() => RolloutPauseType, { nullable: true, description: 'Set while it is paused by hand.' })
  readonly paused: Pause | null;

  @Field(() => String, { description: 'The input field whose value is hashed.' })
  readonly unit: string;

  @Field(() => String, { description: 'Salt of the hash.' })
  readonly seed: string;

  @Field(() => Int, { description: 'Version of the hash: 1 or 2.' })
  readonly hashVersion: number;

  @Field(() => Date, { nullable: true, description: 'When it was completed or rolled back; null before that.' })
  readonly endedAt: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When somebody else took over the traffic, as by a rollback; then it is judged no more.',
  })
  readonly leaseLostAt: Date | null;

  @Field(() => StudyStepEnum, {
    nullable: true,
    description:
      'What the registry has not answered yet; null where there is nothing. A start without an answer is taken back, anything else is sent again.',
  })
  readonly pendingStep: StepVerb | null;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  @Field(() => Int, { description: 'Grows with each change.' })
  readonly revision: number;

  readonly source: Rollout;

  constructor(rollout: Rollout) {
    const armOf = (name: string) => rollout.arms.find((arm) => arm.name === name);
    this.source = rollout;
    this.id = rolloutIds.format(rollout);
    this.name = rollout.name;
    this.description = rollout.description;
    this.hypothesis = rollout.hypothesis;
    this.deployment = new DeploymentType(rollout.deployment);
    this.control = new ReleaseType(armOf(CONTROL)?.release ?? '');
    this.candidate = new ReleaseType(armOf(CANDIDATE)?.release ?? '');
    this.modelVersions = (armOf(CANDIDATE)?.modelVersions ?? []).map((id) => new ModelVersionType(id));
    this.status = rollout.status;
    this.step = rollout.step;
    this.steps = rollout.steps.map((step, i) => new RolloutStepType(i + 1, step, runOf(rollout, i + 1)));
    this.guardrails = rollout.guardrails.map((one) => new RolloutGuardrailType(rollout.project, one));
    this.blueGreen = rollout.blueGreen;
    this.alpha = rollout.alpha;
    this.onExpiry = rollout.onExpiry;
    this.paused = rollout.paused;
    this.unit = rollout.unit;
    this.seed = rollout.seed;
    this.hashVersion = rollout.hashVersion;
    this.endedAt = rollout.endedAt;
    this.leaseLostAt = rollout.lease?.lostAt ?? null;
    this.pendingStep = rollout.pending?.verb ?? null;
    this.createdAt = rollout.createdAt;
    this.createdBy = rollout.createdBy;
    this.revision = rollout.revision;
  }
}

export const RolloutConnection = connectionOf('Rollout', () => RolloutType);
export type RolloutPage = InstanceType<typeof RolloutConnection>;
