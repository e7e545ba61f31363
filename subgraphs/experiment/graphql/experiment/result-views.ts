import { Field, Float, ObjectType } from 'type-graphql';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { Access } from '../../../shared/auth/access.ts';
import type { BayesianView, SequentialView } from '../../domain/experiment/views.ts';
import { READ } from '../access.ts';
import { ConfidenceIntervalType } from '../confidence-interval.ts';

@ObjectType('SequentialResult', {
  description:
    'The difference as an interval that stays valid however often one looks: wider than that of one look for it, narrowest at the planned size. It does not change the recommendation.',
})
@Access(READ)
export class SequentialResultType implements SequentialView {
  @Field(() => ConfidenceIntervalType, { description: 'Of the difference of rates, at 1 − alpha, at any moment.' })
  readonly interval!: Interval;

  @Field(() => Float, { description: 'p that may be looked at at any time.' })
  readonly p!: number;
}

@ObjectType('BayesianResult', {
  description:
    'What one believes after the units, where every rate was as likely before. It does not change the recommendation.',
})
@Access(READ)
export class BayesianResultType {
  @Field(() => Float, { description: 'Chance that the candidate is the better one; the sign of mde says which way.' })
  readonly chanceToWin: number;

  @Field(() => Float, { description: 'Difference of rates that one loses on average by choosing the candidate.' })
  readonly lossOfCandidate: number;

  @Field(() => Float, { description: 'Difference of rates that one loses on average by keeping the control.' })
  readonly lossOfControl: number;

  @Field(() => ConfidenceIntervalType, { description: "Holds the control's rate with a chance of 1 − alpha." })
  readonly controlInterval: Interval;

  @Field(() => ConfidenceIntervalType, { description: "Holds the candidate's rate with a chance of 1 − alpha." })
  readonly candidateInterval: Interval;

  constructor({ chanceToWin, lossOfCandidate, lossOfControl, intervals }: BayesianView) {
    this.chanceToWin = chanceToWin;
    this.lossOfCandidate = lossOfCandidate;
    this.lossOfControl = lossOfControl;
    this.controlInterval = intervals.control;
    this.candidateInterval = intervals.candidate;
  }
}
