import { Field, Float, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { ShadowAccount, StoredShadow } from '../../domain/record/shadow.ts';
import { READ } from '../access.ts';
import { NamedCountType, namedCounts } from '../count.ts';
import { ModelScoreType, modelScores } from './model-score.ts';
import { ShadowType } from '../references.ts';
import { StageTimingType, timingsOf } from './stage-timing.ts';

@ObjectType('PredictionShadow', { description: 'What a shadow said where another release answered.' })
@Access(READ)
export class PredictionShadowType {
  @Field(() => ID, { description: 'The id of its record.' })
  readonly id: string;

  @Field(() => ShadowType, { nullable: true, description: 'The shadow that it was scored for.' })
  readonly shadow: ShadowType;

  @Field(() => Float, { description: 'Revision of the shadow.' })
  readonly shadowRevision: number;

  @Field(() => String, { description: 'SHA-256 of the release that scored.' })
  readonly release: string;

  @Field(() => [ModelScoreType], { description: 'What each of its models said, in the order of the recipe.' })
  readonly models: readonly ModelScoreType[];

  @Field(() => Float, { nullable: true, description: 'Its score; null where it has none.' })
  readonly score: number | null;

  @Field(() => String, { nullable: true, description: 'The decision that would have been made of it.' })
  readonly decision: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it has no score: INPUTS_MISSING, FEATURES_NOT_READ, FEATURES_MISSING, ENGINE_ERROR, RULE_ERROR or OVERRUN; null where it has.',
  })
  readonly failure: string | null;

  @Field(() => [StageTimingType], { description: 'Time per stage, counted from the answer on.' })
  readonly timings: readonly StageTimingType[];

  @Field(() => Date, { description: 'When its record arrived here.' })
  readonly receivedAt: Date;

  constructor(stored: StoredShadow) {
    this.id = stored.id;
    this.shadow = new ShadowType(stored.holder);
    this.shadowRevision = stored.holderRevision;
    this.release = stored.release;
    this.models = modelScores(stored.models);
    this.score = stored.score;
    this.decision = stored.decision;
    this.failure = stored.failure;
    this.timings = timingsOf(stored.timings);
    this.receivedAt = stored.receivedAt;
  }
}

@ObjectType('ShadowAccounting', {
  description: 'What became of the answers that a shadow was chosen for: chosen = recorded + queued + dropped.',
})
@Access(READ)
export class ShadowAccountingType {
  @Field(() => Float, { description: 'Nodes that reported it.' })
  readonly nodes: number;

  @Field(() => Float, { description: 'Answers that it was chosen for.' })
  readonly chosen: number;

  @Field(() => Float, { description: 'Pairs that were written down, with or without a score.' })
  readonly recorded: number;

  @Field(() => Float, { description: 'Answers that waited to be scored at the last heartbeat.' })
  readonly queued: number;

  @Field(() => Float, { description: 'Answers that were not scored, so that no answer had to wait.' })
  readonly dropped: number;

  @Field(() => [NamedCountType], {
    description: 'The same by reason: QUEUE_FULL, OVERRUN, ADMISSION_REFUSED, NOT_READY, LOG_FULL, STOPPED or FAULT.',
  })
  readonly droppedByReason: readonly NamedCountType[];

  @Field(() => [NamedCountType], { description: 'Pairs without a score, by cause.' })
  readonly failedByCause: readonly NamedCountType[];

  constructor(account: ShadowAccount) {
    this.nodes = account.nodes;
    this.chosen = account.chosen;
    this.recorded = account.recorded;
    this.queued = account.queued;
    this.dropped = Object.values(account.dropped).reduce((sum, count) => sum + count, 0);
    this.droppedByReason = namedCounts(account.dropped);
    this.failedByCause = namedCounts(account.failed);
  }
}
