import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { candidateOf, type Shadow, type ShadowStatus } from '../../domain/shadow/shadow.ts';
import { shadowIds } from '../../domain/ids.ts';
import type { DecisionCost } from '../../../../core/decision-cost.ts';
import type { StepVerb } from '../../domain/study.ts';
import { READ } from '../access.ts';
import { StudyStepEnum } from '../enums.ts';
import { connectionOf } from '../connection.ts';
import { DeploymentType, ModelVersionType, ReleaseType } from '../references.ts';
import { ShadowStatusEnum } from './shadow-enums.ts';

@ObjectType('DecisionCost', { description: 'What a decision costs, by what it comes to.' })
@Directive('@shareable')
@Access(READ)
export class DecisionCostType implements DecisionCost {
  @Field(() => String, { description: 'The decision.' })
  readonly decision!: string;

  @Field(() => Boolean, { description: 'Where its outcome is a positive, or where it is none.' })
  readonly positive!: boolean;

  @Field(() => Float, { description: 'The cost; below 0 a gain.' })
  readonly cost!: number;
}

@ObjectType('Shadow', {
  description: 'A release that is scored in addition to the answers of a deployment; nobody sees what it says.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class ShadowType {
  @Field(() => ID, { description: 'tiffin:<project>:shadow:<name>.' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it is about.' })
  readonly description: string;

  @Field(() => String, { description: 'What is expected, and why.' })
  readonly hypothesis: string;

  @Field(() => DeploymentType, { nullable: true, description: 'The deployment whose answers it is compared with.' })
  readonly deployment: DeploymentType;

  @Field(() => ReleaseType, { nullable: true, description: 'The release that is scored.' })
  readonly candidate: ReleaseType;

  @Field(() => [ModelVersionType], {
    description: 'The model versions that it runs, once the registry has said so.',
  })
  readonly modelVersions: readonly ModelVersionType[];

  @Field(() => Float, { description: 'Share of the units whose answers are scored as well.' })
  readonly share: number;

  @Field(() => String, { description: 'The input field whose value is hashed.' })
  readonly unit: string;

  @Field(() => String, { description: 'Salt of the hash.' })
  readonly seed: string;

  @Field(() => Int, { description: 'Version of the hash.' })
  readonly hashVersion: number;

  @Field(() => Float, { description: 'An outcome of this value or more is a positive.' })
  readonly positiveFrom: number;

  @Field(() => Float, { description: 'The smallest difference of Brier scores that is worth finding.' })
  readonly minEffect: number;

  @Field(() => [DecisionCostType], { description: 'What decisions cost, as it was declared.' })
  readonly costs: readonly DecisionCost[];

  @Field(() => Date, { nullable: true, description: 'When nodes stop scoring by themselves; null: never.' })
  readonly endsAt: Date | null;

  @Field(() => ShadowStatusEnum, { description: 'Where it stands.' })
  readonly status: ShadowStatus;

  @Field(() => Date, { nullable: true, description: 'When it was started; null before that.' })
  readonly startedAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was stopped; null before that.' })
  readonly stoppedAt: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When the registry ended it, as when its release was promoted; null while it has its place.',
  })
  readonly leaseLostAt: Date | null;

  @Field(() => StudyStepEnum, {
    nullable: true,
    description:
      'The step for which the registry has not answered yet; null where there is none. A start without an answer is taken back, any other step is sent again.',
  })
  readonly pendingStep: StepVerb | null;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  @Field(() => Int, { description: 'Grows with each change.' })
  readonly revision: number;

  readonly source: Shadow;

  constructor(shadow: Shadow) {
    this.source = shadow;
    this.id = shadowIds.format(shadow);
    this.name = shadow.name;
    this.description = shadow.description;
    this.hypothesis = shadow.hypothesis;
    this.deployment = new DeploymentType(shadow.deployment);
    const { release, modelVersions } = candidateOf(shadow);
    this.candidate = new ReleaseType(release);
    this.modelVersions = modelVersions.map((id) => new ModelVersionType(id));
    this.share = shadow.share;
    this.unit = shadow.unit;
    this.seed = shadow.seed;
    this.hashVersion = shadow.hashVersion;
    this.positiveFrom = shadow.positiveFrom;
    this.minEffect = shadow.minEffect;
    this.costs = shadow.costs;
    this.endsAt = shadow.endsAt;
    this.status = shadow.status;
    this.startedAt = shadow.startedAt;
    this.stoppedAt = shadow.stoppedAt;
    this.leaseLostAt = shadow.lease?.lostAt ?? null;
    this.pendingStep = shadow.pending?.verb ?? null;
    this.createdAt = shadow.createdAt;
    this.createdBy = shadow.createdBy;
    this.revision = shadow.revision;
  }
}

export const ShadowConnection = connectionOf('Shadow', () => ShadowType);
export type ShadowPage = InstanceType<typeof ShadowConnection>;
