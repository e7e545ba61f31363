import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { sketchCount, sketchQuantile } from '../../../../core/sketch/ddsketch.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { Access } from '../../../shared/auth/access.ts';
import { ACCURACY, countOf, type Distribution, type RollupFigures } from '../../domain/rollup/figures.ts';
import { RESOLUTIONS, type Resolution } from '../../domain/rollup/series.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import type { Trust } from '../../domain/trust.ts';
import type { AnswerSeries } from '../../operations/rollup/rollups.ts';
import { READ } from '../access.ts';
import { NamedCountType, namedCounts } from '../count.ts';
import { TrustEnum } from '../enums.ts';
import { ModelVersionType } from '../references.ts';

export const ResolutionEnum = graphqlEnum(
  'SeriesResolution',
  RESOLUTIONS,
  'How long each step of a series is. A DAY is one of UTC. Minutes are kept for some days, hours for ever.',
);

@ObjectType('Spread', {
  description: `How numbers were spread. A quantile is within ${ACCURACY * 100} % of the value of its rank.`,
})
@Access(READ)
export class SpreadType {
  @Field(() => Float, { description: 'How many numbers there were.' })
  readonly count: number;

  @Field(() => Float, { nullable: true, description: 'Their average; null of none.' })
  readonly mean: number | null;

  @Field(() => Float, { nullable: true, description: 'Half of them are at most this; null of none.' })
  readonly p50: number | null;

  @Field(() => Float, { nullable: true, description: '95 % of them are at most this; null of none.' })
  readonly p95: number | null;

  @Field(() => Float, { nullable: true, description: '99 % of them are at most this; null of none.' })
  readonly p99: number | null;

  constructor({ sum, sketch }: Distribution) {
    this.count = sketchCount(sketch);
    const quantile = (q: number): number | null => (this.count === 0 ? null : sketchQuantile(sketch, q));
    this.mean = this.count === 0 ? null : sum / this.count;
    [this.p50, this.p95, this.p99] = [quantile(0.5), quantile(0.95), quantile(0.99)];
  }
}

@ObjectType('AnswerFigures', { description: 'Stored answers, counted together. What testers forced is left out.' })
@Access(READ)
export class AnswerFiguresType {
  @Field(() => Float, { description: 'How many there were.' })
  readonly answers: number;

  @Field(() => Float, { description: 'How many there were per second.' })
  readonly perSecond: number;

  @Field(() => Float, { description: 'Those for which a model failed or was not admitted.' })
  readonly failed: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of answers for which a model failed; null without answers.',
  })
  readonly errorRate: number | null;

  @Field(() => [NamedCountType], { description: 'Those that a fallback gave, by its cause.' })
  readonly fallbacks: readonly NamedCountType[];

  @Field(() => Float, { nullable: true, description: 'Share of answers that a fallback gave; null without answers.' })
  readonly fallbackRate: number | null;

  @Field(() => [NamedCountType], { description: 'How often each decision was made; beyond a hundred: `other`.' })
  readonly decisions: readonly NamedCountType[];

  @Field(() => SpreadType, { description: 'Milliseconds that answers took, whole.' })
  readonly latencyMs: SpreadType;

  @Field(() => SpreadType, { description: 'Their scores.' })
  readonly score: SpreadType;

  constructor({ answers, failed, fallbacks, decisions, latency, score }: RollupFigures, { from, to }: TimeWindow) {
    this.answers = answers;
    this.perSecond = answers / ((to.getTime() - from.getTime()) / 1_000);
    this.failed = failed;
    this.errorRate = answers === 0 ? null : failed / answers;
    this.fallbacks = namedCounts(fallbacks);
    this.fallbackRate = answers === 0 ? null : countOf(fallbacks) / answers;
    this.decisions = namedCounts(decisions);
    this.latencyMs = new SpreadType(latency);
    this.score = new SpreadType(score);
  }
}

@ObjectType('AnswerPoint', { description: 'The answers of one step of a series.' })
@Access(READ)
export class AnswerPointType {
  @Field(() => Date, { description: 'Where the step begins.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Where it ends; this instant is no longer in it.' })
  readonly to!: Date;

  @Field(() => AnswerFiguresType, { description: 'What answered in it.' })
  readonly figures!: AnswerFiguresType;
}

@ObjectType('AnswerSlice', { description: 'The answers of one release in one arm.' })
@Access(READ)
export class AnswerSliceType {
  @Field(() => String, { description: 'SHA-256 of the release.' })
  readonly release!: string;

  @Field(() => [ModelVersionType], { description: 'The model versions that it runs.' })
  readonly modelVersions!: readonly ModelVersionType[];

  @Field(() => String, { nullable: true, description: 'Its arm; null outside an allocation.' })
  readonly arm!: string | null;

  @Field(() => AnswerFiguresType, { description: 'What it answered in the whole time.' })
  readonly figures!: AnswerFiguresType;
}

@ObjectType('AnswerSeries', {
  description: 'What answered over time, from rollups: what a batch acknowledged is counted at once.',
})
@Access(READ)
export class AnswerSeriesType {
  @Field(() => Date, { description: 'Where the first step begins.' })
  readonly from: Date;

  @Field(() => Date, { description: 'Where the last step ends; this instant is no longer in it.' })
  readonly to: Date;

  @Field(() => ResolutionEnum, { description: 'How long each step is.' })
  readonly resolution: Resolution;

  @Field(() => AnswerFiguresType, { description: 'The whole time at once.' })
  readonly total: AnswerFiguresType;

  @Field(() => [AnswerPointType], { description: 'Its steps, in order, those without answers too.' })
  readonly points: readonly AnswerPointType[];

  @Field(() => [AnswerSliceType], { description: 'By release and arm.' })
  readonly slices: readonly AnswerSliceType[];

  constructor(series: AnswerSeries) {
    const { from, to, resolution, total, points, slices } = series;
    [this.from, this.to, this.resolution] = [from, to, resolution];
    this.total = new AnswerFiguresType(total, series);
    this.points = points.map((point) => ({ ...point, figures: new AnswerFiguresType(point.figures, point) }));
    this.slices = slices.map(({ release, arm, modelVersions, figures }) => ({
      release,
      arm: arm === '' ? null : arm,
      modelVersions: modelVersions.map((id) => new ModelVersionType(id)),
      figures: new AnswerFiguresType(figures, series),
    }));
  }
}

@InputType('AnswerSeriesInput', { description: 'Which answers of a deployment to count.' })
export class AnswerSeriesInput {
  @Field(() => Date, { nullable: true, description: 'Where the time ends; now by default.' })
  readonly to?: Date | null;

  @Field(() => Int, { defaultValue: 24, description: 'How many hours before that.' })
  readonly hours!: number;

  @Field(() => ResolutionEnum, {
    nullable: true,
    description: 'How long each step is; unless told, minutes up to 6 hours, hours up to 14 days, else days.',
  })
  readonly resolution?: Resolution | null;

  @Field(() => ID, { nullable: true, description: 'Only answers of releases that run this model version.' })
  readonly modelVersion?: string | null;

  @Field(() => String, { nullable: true, description: 'Only answers in this arm.' })
  readonly arm?: string | null;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: Trust;
}
