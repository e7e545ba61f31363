import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { DecisionCost } from '../../../../core/decision-cost.ts';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { NodePrice, Prices, SetPricesInput as SetPrices } from '../../domain/cost/prices.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';

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

@ObjectType('NodePrice', { description: 'Machines of one kind that a deployment is given, and what they cost.' })
@Access(READ)
export class NodePriceType implements NodePrice {
  @Field(() => String, { description: 'What they are called.' })
  readonly name!: string;

  @Field(() => Int, { description: 'How many there are.' })
  readonly count!: number;

  @Field(() => Float, { description: 'What one of them costs in an hour.' })
  readonly perHour!: number;
}

@ObjectType('Prices', { description: 'What a deployment costs from an instant on, until its next prices.' })
@Access(READ)
export class PricesType {
  @Field(() => Date, { description: 'From when on they are in force.' })
  readonly validFrom: Date;

  @Field(() => String, { description: 'In what currency, as INR.' })
  readonly currency: string;

  @Field(() => [NodePriceType], { description: 'What the machines cost.' })
  readonly nodes: readonly NodePriceType[];

  @Field(() => Float, { description: 'What a thousand answers cost besides the machines.' })
  readonly perThousandAnswers: number;

  @Field(() => [DecisionCostType], { description: 'What decisions cost, by what they come to.' })
  readonly decisions: readonly DecisionCostType[];

  @Field(() => Date, { description: 'When they were set.' })
  readonly setAt: Date;

  @Field(() => String, { description: 'Who set them.' })
  readonly setBy: string;

  constructor({ validFrom, currency, nodes, perThousandAnswers, decisions, setAt, setBy }: Prices) {
    [this.validFrom, this.currency, this.nodes] = [validFrom, currency, nodes];
    [this.perThousandAnswers, this.decisions] = [perThousandAnswers, decisions];
    [this.setAt, this.setBy] = [setAt, setBy];
  }
}

export const PricesConnection = connectionOf('Prices', () => PricesType);

@InputType('NodePriceInput', { description: 'Machines of one kind, and what they cost.' })
export class NodePriceInput implements NodePrice {
  @Field(() => String, { description: 'What they are called, once in a list.' })
  readonly name!: string;

  @Field(() => Int, { description: 'How many the deployment is given.' })
  readonly count!: number;

  @Field(() => Float, { description: 'What one of them costs in an hour.' })
  readonly perHour!: number;
}

@InputType('DecisionCostInput', { description: 'What a decision costs, by what it comes to.' })
export class DecisionCostInput implements DecisionCost {
  @Field(() => String, { description: 'The decision.' })
  readonly decision!: string;

  @Field(() => Boolean, { description: 'Where its outcome is a positive, or where it is none.' })
  readonly positive!: boolean;

  @Field(() => Float, { description: 'The cost, in whatever unit; below 0 a gain.' })
  readonly cost!: number;
}

@InputType('SetPricesInput', { description: 'What a deployment costs from now on, or from a time to come.' })
export class SetPricesInput implements SetPrices {
  @Field(() => ID, { description: 'The deployment.' })
  readonly deployment!: string;

  @Field(() => Date, {
    nullable: true,
    description: 'From when on; now unless given. Only the first prices of a deployment may reach back.',
  })
  readonly validFrom?: Date | null;

  @Field(() => String, { description: 'In what currency: three letters, the same for all prices of a deployment.' })
  readonly currency!: string;

  @Field(() => [NodePriceInput], { defaultValue: [], description: 'What its machines cost.' })
  readonly nodes!: readonly NodePriceInput[];

  @Field(() => Float, { defaultValue: 0, description: 'What a thousand answers cost besides the machines.' })
  readonly perThousandAnswers!: number;

  @Field(() => [DecisionCostInput], {
    defaultValue: [],
    description: 'What decisions cost, by what they come to; a gain is below 0.',
  })
  readonly decisions!: readonly DecisionCostInput[];
}

@ObjectType('PricesPayload', { description: 'Prices that were set.' })
@Access(READ)
export class PricesPayload extends ChangedPayload {
  @Field(() => PricesType, { description: 'What will be in force.' })
  readonly prices!: PricesType;
}
