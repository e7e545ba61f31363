import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ExperimentBalancedType } from './balance.ts';
import type { Guardrail } from '../../domain/metric/guardrail.ts';
import type { MarginKind, MetricUse } from '../../domain/metric/metric.ts';
import type { Revision } from '../../domain/experiment/revision.ts';
import { shareOf } from '../../domain/split.ts';
import { READ } from '../access.ts';
import { MarginKindEnum } from '../metric/metric.ts';

@ObjectType('ExperimentMetricUse', { description: 'One revision of a metric that an experiment compares as well.' })
@Access(READ)
export class ExperimentMetricUseType {
  @Field(() => String, { description: 'The metric.' })
  readonly metric: string;

  @Field(() => Int, { description: 'Its revision.' })
  readonly revision: number;

  constructor({ name, revision }: MetricUse) {
    this.metric = name;
    this.revision = revision;
  }
}

@ObjectType('ExperimentGuardrail', { description: 'A metric that no arm may break that ships.' })
@Access(READ)
export class ExperimentGuardrailType extends ExperimentMetricUseType {
  @Field(() => Float, {
    nullable: true,
    description: 'How much worse is accepted; null of a QUANTILE, which has a ceiling.',
  })
  readonly margin: number | null;

  @Field(() => MarginKindEnum, { description: 'What the margin is measured in.' })
  readonly marginKind: MarginKind;

  constructor(guardrail: Guardrail) {
    super(guardrail);
    this.margin = guardrail.margin;
    this.marginKind = guardrail.marginKind;
  }
}

@ObjectType('ExperimentShare', { description: "One arm's part of a split." })
@Access(READ)
export class ExperimentShareType {
  @Field(() => String, { description: 'The arm.' })
  readonly arm!: string;

  @Field(() => Float, { description: 'Its share of all units.' })
  readonly share!: number;
}

@ObjectType('ExperimentRange', { description: 'A half-open share of the hash space.' })
@Access(READ)
export class ExperimentRangeType {
  @Field(() => String, { description: 'Whose it is.' })
  readonly arm!: string;

  @Field(() => Float, { description: 'From, included.' })
  readonly from!: number;

  @Field(() => Float, { description: 'To, not included.' })
  readonly to!: number;
}

@ObjectType('ExperimentRevision', {
  description: 'One period in which nothing of the design changed. Units of different revisions are never mixed.',
})
@Access(READ)
export class ExperimentRevisionType {
  @Field(() => Int, { description: 'Its number, from 1.' })
  readonly number: number;

  @Field(() => [ExperimentShareType], { description: 'What each arm got.' })
  readonly shares: readonly ExperimentShareType[];

  @Field(() => [ExperimentRangeType], { description: 'The hash ranges of the arms.' })
  readonly ranges: readonly ExperimentRangeType[];

  @Field(() => String, { nullable: true, description: 'Which requests it was about, in CEL; null: all.' })
  readonly targeting: string | null;

  @Field(() => [ExperimentMetricUseType], { description: 'What it compared as well.' })
  readonly secondary: readonly ExperimentMetricUseType[];

  @Field(() => [ExperimentGuardrailType], { description: 'What no arm might break.' })
  readonly guardrails: readonly ExperimentGuardrailType[];

  @Field(() => [String], { description: 'Segments within whose values it compared the arms as well.' })
  readonly segments: readonly string[];

  @Field(() => ExperimentBalancedType, {
    nullable: true,
    description: 'How its seed was chosen; null where it was not, and of revisions after the first.',
  })
  readonly balanced: ExperimentBalancedType | null;

  @Field(() => Date, { description: 'When it began.' })
  readonly startedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it is in force.' })
  readonly endedAt: Date | null;

  constructor({ number, split, ranges, balanced, startedAt, endedAt, ...design }: Revision) {
    this.number = number;
    this.shares = ranges.map(({ arm }) => ({ arm, share: shareOf(split, arm) }));
    this.ranges = ranges.flatMap(({ arm, ranges: own }) => own.map(([from, to]) => ({ arm, from, to })));
    this.targeting = design.targeting;
    this.secondary = design.secondary.map((metric) => new ExperimentMetricUseType(metric));
    this.guardrails = design.guardrails.map((guardrail) => new ExperimentGuardrailType(guardrail));
    this.segments = design.segments;
    this.balanced = balanced && new ExperimentBalancedType(balanced);
    this.startedAt = startedAt;
    this.endedAt = endedAt;
  }
}
