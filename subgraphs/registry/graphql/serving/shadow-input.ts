import { Field, Float, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'A release to score beside the answers of a deployment.' })
export class AcquireShadowInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => ID, { description: 'The shadow that holds it.' })
  holder!: string;

  @Field(() => Int, { description: 'The holder’s own revision; another share or release takes a higher one.' })
  holderRevision!: number;

  @Field(() => String, { description: 'Salt of the hash.' })
  seed!: string;

  @Field(() => Int, { defaultValue: 2, description: 'Version of the hash: 1 or 2.' })
  hashVersion!: number;

  @Field(() => String, { description: 'The input field whose value is hashed.' })
  unit!: string;

  @Field(() => Float, { description: 'Share of the units that are scored, above 0 and at most 1.' })
  share!: number;

  @Field(() => ID, { description: 'The release that is scored, by its id or its digest; nobody sees its answers.' })
  release!: string;

  @Field(() => Date, { nullable: true, description: 'When nodes stop scoring by themselves; left out: never.' })
  endsAt?: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision of the traffic that was read, to refuse if it has moved.',
  })
  expectedRevision?: number | null;
}

@InputType({ description: 'A shadow to end.' })
export class EndShadowInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => String, { description: 'Names the decision: the same cause again changes nothing.' })
  cause!: string;

  @Field(() => ID, { description: 'The shadow that holds it.' })
  holder!: string;

  @Field(() => String, { nullable: true, description: 'Why; it stays on record.' })
  reason?: string | null;
}
