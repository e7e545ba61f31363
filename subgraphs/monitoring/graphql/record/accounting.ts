import { Field, Float, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { describeReason, isBalanced, type NodeAccount } from '../../domain/record/accounting.ts';
import { countOf } from '../../domain/quality/value-sample.ts';
import { READ } from '../access.ts';
import { NamedCountType, namedCounts } from '../count.ts';

@ObjectType('Accounting', {
  description: 'Where every answered prediction is: answered = stored + queued + dropped + sampled out.',
})
@Access(READ)
export class AccountingType {
  @Field(() => Float, { description: 'Predictions that the node answered.' })
  readonly answered: number;

  @Field(() => Float, { description: 'Of these, records in the store.' })
  readonly stored: number;

  @Field(() => Float, { description: 'Records that wait on the node; of one day, by how much the queue grew.' })
  readonly queued: number;

  @Field(() => Float, { description: 'Records that the node gave up.' })
  readonly dropped: number;

  @Field(() => [NamedCountType], { description: 'The same by reason.' })
  readonly droppedByReason: readonly NamedCountType[];

  @Field(() => Float, { description: "Answers whose record was not kept, as the recipe's sample rate asks." })
  readonly sampledOut: number;

  @Field(() => Float, { description: 'Records that monitoring has refused for ever, of whatever kind.' })
  readonly refused: number;

  @Field(() => [NamedCountType], { description: 'The same by code.' })
  readonly refusedByReason: readonly NamedCountType[];

  @Field(() => Float, {
    description: 'answered − (stored + queued + dropped + sampledOut): nobody accounts for these.',
  })
  readonly difference: number;

  @Field(() => Boolean, { description: 'Whether the account closes.' })
  readonly balanced: boolean;

  @Field(() => [String], { description: 'Why it does not close; empty where it does.' })
  readonly reasons: readonly string[];

  @Field(() => Float, { description: "Records stored beyond what the node's last heartbeat covers." })
  readonly sinceHeartbeat: number;

  constructor(account: NodeAccount) {
    this.answered = account.answered;
    this.stored = account.stored;
    this.queued = account.queued;
    this.dropped = account.dropped;
    this.droppedByReason = namedCounts(account.droppedByReason);
    this.sampledOut = account.sampledOut;
    this.refused = countOf(account.refused);
    this.refusedByReason = namedCounts(account.refused);
    this.difference = account.difference;
    this.balanced = isBalanced(account);
    this.reasons = account.reasons.map(describeReason);
    this.sinceHeartbeat = account.sinceHeartbeat;
  }
}
