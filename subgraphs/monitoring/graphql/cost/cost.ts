import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { DecisionsCost, RunningCost } from '../../domain/cost/cost.ts';
import type { CostReport } from '../../operations/cost/costs.ts';
import type { CostFigures } from '../../operations/cost/read-costs.ts';
import { READ } from '../access.ts';
import { EstimateType, estimateOrNull } from '../quality/estimate-value.ts';
import { DeploymentType, ModelVersionType } from '../references.ts';
import { TimeWindowType } from '../time-window.ts';

@ObjectType('RunningCost', { description: 'What answers cost to give, at the prices that were in force.' })
@Access(READ)
export class RunningCostType implements RunningCost {
  @Field(() => Float, { description: 'Stored answers of enrolled nodes that prices were set for.' })
  readonly answers!: number;

  @Field(() => Float, { description: 'What the machines cost, whether they had much to do or not.' })
  readonly nodes!: number;

  @Field(() => Float, { description: 'What the answers cost besides.' })
  readonly answering!: number;

  @Field(() => Float, { description: 'Both together.' })
  readonly total!: number;

  @Field(() => Float, { nullable: true, description: 'The total for a thousand answers; null without answers.' })
  readonly perThousandAnswers!: number | null;
}

@ObjectType('DecisionsCost', {
  description: 'What decisions came to, by the costs that were in force when they were made. Below 0 it is a gain.',
})
@Access(READ)
export class DecisionsCostType {
  @Field(() => Float, { description: 'Answers whose cost is known: decided, with an outcome and a declared cost.' })
  readonly judged: number;

  @Field(() => Float, { description: 'Answers with a decision that have no outcome yet.' })
  readonly waiting: number;

  @Field(() => Float, { description: 'Answers with an outcome whose decision has no declared cost: left out.' })
  readonly undeclared: number;

  @Field(() => Float, { description: 'The cost of those that are judged.' })
  readonly total: number;

  @Field(() => EstimateType, { nullable: true, description: 'The cost of one of them; null below two.' })
  readonly perAnswer: EstimateType | null;

  constructor({ judged, waiting, undeclared, total, perAnswer }: DecisionsCost) {
    [this.judged, this.waiting, this.undeclared, this.total] = [judged, waiting, undeclared, total];
    this.perAnswer = estimateOrNull(perAnswer);
  }
}

@ObjectType('CostFigures', { description: 'What it cost to answer, and what the decisions came to.' })
@Access(READ)
export class CostFiguresType {
  @Field(() => RunningCostType, { description: 'What it cost to answer.' })
  readonly running: RunningCost;

  @Field(() => DecisionsCostType, { description: 'What the decisions came to.' })
  readonly decisions: DecisionsCostType;

  constructor({ running, decisions }: CostFigures) {
    this.running = running;
    this.decisions = new DecisionsCostType(decisions);
  }
}

@ObjectType('CostWindow', { description: 'The costs of one part of the time.' })
@Access(READ)
export class CostWindowType extends TimeWindowType {
  @Field(() => CostFiguresType, { description: 'What it cost.' })
  readonly figures!: CostFiguresType;
}

@ObjectType('CostSlice', { description: 'What the decisions of one release in one arm came to.' })
@Access(READ)
export class CostSliceType {
  @Field(() => String, { description: 'SHA-256 of the release.' })
  readonly release!: string;

  @Field(() => [ModelVersionType], { description: 'The model versions that it runs.' })
  readonly modelVersions!: readonly ModelVersionType[];

  @Field(() => String, { nullable: true, description: 'Its arm; null outside an allocation.' })
  readonly arm!: string | null;

  @Field(() => DecisionsCostType, { description: 'What its decisions came to.' })
  readonly decisions!: DecisionsCostType;
}

@ObjectType('CostReport', { description: 'What a deployment cost over time, in whole hours.' })
@Access(READ)
export class CostReportType {
  @Field(() => DeploymentType, { nullable: true, description: 'Whose costs they are.' })
  readonly deployment: DeploymentType;

  @Field(() => Date, { description: 'Where the first hour begins.' })
  readonly from: Date;

  @Field(() => Date, { description: 'Where the last hour ends; this instant is no longer in it.' })
  readonly to: Date;

  @Field(() => String, {
    nullable: true,
    description: 'In what currency; null where nobody had set prices: then all is 0.',
  })
  readonly currency: string | null;

  @Field(() => CostFiguresType, { description: 'The whole time at once.' })
  readonly total: CostFiguresType;

  @Field(() => [CostWindowType], { description: 'Its parts, in order.' })
  readonly windows: readonly CostWindowType[];

  @Field(() => [CostSliceType], { description: 'What the decisions of the whole time came to, by release and arm.' })
  readonly slices: readonly CostSliceType[];

  constructor({ deployment, from, to, currency, total, windows, slices }: CostReport) {
    this.deployment = new DeploymentType(deployment);
    [this.from, this.to, this.currency] = [from, to, currency];
    this.total = new CostFiguresType(total);
    this.windows = windows.map((part) => ({ ...part, figures: new CostFiguresType(part.figures) }));
    this.slices = slices.map(({ release, arm, modelVersions, decisions }) => ({
      release,
      arm: arm === '' ? null : arm,
      modelVersions: modelVersions.map((id) => new ModelVersionType(id)),
      decisions: new DecisionsCostType(decisions),
    }));
  }
}

@InputType('CostReportInput', { description: 'Whose costs, and of what time.' })
export class CostReportInput {
  @Field(() => ID, { description: 'The deployment.' })
  readonly deployment!: string;

  @Field(() => Date, { description: 'Where the time begins; its hour is taken whole.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Where it ends; its last hour is taken whole.' })
  readonly to!: Date;

  @Field(() => Int, {
    nullable: true,
    description: 'Cut the time into windows of so many hours; else only the total is given.',
  })
  readonly windowHours?: number | null;
}
