import { Field, Float, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'Releases that testers may have answer, with a signed token.' })
export class ForcedLayerInput {
  @Field(() => [ID], { description: 'The releases, by id or by digest, at most 20.' })
  releases!: string[];
}

@InputType({ description: 'Units that stay on one release, whatever is tried.' })
export class HoldoutLayerInput {
  @Field(() => String, { description: 'Salt of the hash.' })
  seed!: string;

  @Field(() => String, { description: 'The input field whose value is hashed.' })
  unit!: string;

  @Field(() => Float, { description: 'Share of the units, above 0 and below 1.' })
  share!: number;

  @Field(() => ID, { description: 'The release that they stay on, by id or by digest.' })
  release!: string;
}

@InputType({ description: 'The release for one value of an input field.' })
export class VariantReleaseInput {
  @Field(() => String, { description: 'The value, as text.' })
  value!: string;

  @Field(() => ID, { description: 'The release, by id or by digest.' })
  release!: string;
}

@InputType({ description: 'Another release by segment: the value of an input field.' })
export class VariantLayerInput {
  @Field(() => String, { description: 'The input field that is looked at.' })
  field!: string;

  @Field(() => [VariantReleaseInput], {
    description: 'The release for each value; other values go on to the next layer.',
  })
  releases!: VariantReleaseInput[];
}

@InputType({ description: 'One arm of an allocation.' })
export class AllocationArmInput {
  @Field(() => String, { description: 'Its name.' })
  arm!: string;

  @Field(() => ID, { description: 'The release that it serves, by its id or its digest.' })
  release!: string;

  @Field(() => [[Float]], { description: 'Its shares of the hash space: [[from, to], …], from ≥ 0 and to ≤ 1.' })
  ranges!: number[][];
}

@InputType({ description: 'Who holds a layer, and by which hash units come into it.' })
class HeldLayerInput {
  @Field(() => ID, { description: 'The experiment, rollout or shadow that holds it.' })
  holder!: string;

  @Field(() => Int, { description: 'The holder’s own revision; another split or share takes a higher one.' })
  holderRevision!: number;

  @Field(() => String, { description: 'Salt of the hash.' })
  seed!: string;

  @Field(() => Int, { defaultValue: 2, description: 'Version of the hash: 1 or 2.' })
  hashVersion!: number;

  @Field(() => String, { description: 'The input field whose value is hashed.' })
  unit!: string;

  @Field(() => Date, { nullable: true, description: 'When nodes stop by themselves; left out: never.' })
  endsAt?: Date | null;
}

@InputType({ description: 'A slice of the units that several splits share, so that no unit is in two of them.' })
export class NamespaceSliceInput {
  @Field(() => ID, { description: 'The namespace.' })
  id!: string;

  @Field(() => Float, { description: 'Where the slice begins, from 0.' })
  from!: number;

  @Field(() => Float, { description: 'Where it ends, up to 1; the end does not belong to it.' })
  to!: number;
}

@InputType({ description: 'A split of traffic by hash.' })
export class AllocationLayerInput extends HeldLayerInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Which requests it is about: a condition in CEL over inputs, segments and the time "at", such as `country == "IN" && at.getHours() < 12`. The others go on as without it. Left out: all.',
  })
  targeting?: string | null;

  @Field(() => NamespaceSliceInput, {
    nullable: true,
    description: 'The slice of units that it is about; the others go on as without it. Left out: all.',
  })
  namespace?: NamespaceSliceInput | null;

  @Field(() => [AllocationArmInput], { description: 'The arms: at least two.' })
  arms!: AllocationArmInput[];
}

@InputType({ description: 'A release that is scored beside the answers.' })
export class ShadowLayerInput extends HeldLayerInput {
  @Field(() => Float, { description: 'Share of the units that are scored, above 0 and at most 1.' })
  share!: number;

  @Field(() => ID, { description: 'The release, by id or by digest; nobody sees its answers.' })
  release!: string;
}

@InputType({ description: 'What answers when no other layer does.' })
export class DefaultLayerInput {
  @Field(() => ID, { description: 'The release, by id or by digest.' })
  release!: string;
}

@InputType({ description: 'One layer of traffic: exactly one of these fields.' })
export class TrafficLayerInput {
  @Field(() => ForcedLayerInput, { nullable: true, description: 'Testers with a signed token.' })
  forced?: ForcedLayerInput | null;

  @Field(() => HoldoutLayerInput, { nullable: true, description: 'Units that stay on one release.' })
  holdout?: HoldoutLayerInput | null;

  @Field(() => VariantLayerInput, { nullable: true, description: 'By the value of an input field.' })
  variant?: VariantLayerInput | null;

  @Field(() => AllocationLayerInput, { nullable: true, description: 'By hash, under the lease of its holder.' })
  allocation?: AllocationLayerInput | null;

  @Field(() => ShadowLayerInput, { nullable: true, description: 'Scored beside the answers.' })
  shadow?: ShadowLayerInput | null;

  @Field(() => DefaultLayerInput, {
    nullable: true,
    description: 'Everything else; the last layer is always this one.',
  })
  default?: DefaultLayerInput | null;
}
