import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Dtype } from '../../../schema/common.ts';
import { Access } from '../../shared/auth/access.ts';
import { ChangedPayload } from '../../shared/graphql/changed-payload.ts';
import { viewAsInput } from '../domain/as-input.ts';
import type { Feature, FeatureView } from '../domain/feature-view.ts';
import { featureUrn, viewUrn } from '../domain/ids.ts';
import { connectionOf, READ, WRITE } from './access.ts';
import { DtypeEnum } from './dtype.ts';
import { JoinKeyType } from './entity.ts';
import { FeatureNetworkInput, FeatureNetworkType } from './feature-network.ts';
import { FeatureWindowInput, FeatureWindowType } from './feature-window.ts';
import { LabelledType, LabelsInput } from './labels.ts';

@ObjectType('Feature', { description: 'One value of a feature view: what a model reads.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class FeatureType {
  @Field(() => ID, { description: 'tiffin:<project>:feature:<view>@<version>/<name>' })
  readonly id: string;

  @Field(() => String, { description: 'The name, unique in its view.' })
  readonly name: string;

  @Field(() => DtypeEnum, { description: 'The type of its values.' })
  readonly dtype: Dtype;

  @Field(() => FeatureWindowType, {
    nullable: true,
    description: 'What it says of the events of some time; null where it is no window.',
  })
  readonly window: FeatureWindowType | null;

  @Field(() => FeatureNetworkType, {
    nullable: true,
    description:
      'What it says of others; null where it is no network. What is neither is the newest value of its column.',
  })
  readonly network: FeatureNetworkType | null;

  @Field(() => String, { description: 'What it means; empty if nobody wrote it.' })
  readonly description: string;

  /** What the resolver of `view` and `column` needs; not part of the schema. */
  readonly of: FeatureView;

  constructor(view: FeatureView, feature: Feature) {
    this.id = featureUrn.format({ ...view, feature: feature.name });
    this.name = feature.name;
    this.dtype = feature.dtype;
    this.window = feature.window;
    this.network = feature.network;
    this.description = feature.description;
    this.of = view;
  }
}

@ObjectType('FeatureView', {
  description: 'One version of a set of features of one entity, from one source, under one TTL.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class FeatureViewType extends LabelledType {
  @Field(() => ID, { description: 'tiffin:<project>:feature-view:<name>@<version>' })
  readonly id: string;

  @Field(() => String, { description: 'The name that all versions share.' })
  readonly name: string;

  @Field(() => Int, { description: 'The version: 1, 2, 3, …; a change of what it answers makes a new one.' })
  readonly version: number;

  @Field(() => [JoinKeyType], { description: 'The key of its rows.' })
  readonly joinKeys: readonly JoinKeyType[];

  @Field(() => Int, { description: 'How many seconds old a value may be, inclusive; 0: any age.' })
  readonly ttlSeconds: number;

  @Field(() => String, { description: 'The source’s column that says when a row’s event happened.' })
  readonly eventColumn: string;

  @Field(() => String, { nullable: true, description: 'The source’s column that says when a row was written.' })
  readonly createdColumn: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The source’s column with the id of each event; null where events have none.',
  })
  readonly eventIdColumn: string | null;

  @Field(() => [FeatureType], { description: 'Its features, in order.' })
  readonly features: readonly FeatureType[];

  @Field(() => Date, { nullable: true, description: 'When its first rows came; null while it has none.' })
  readonly adoptedAt: Date | null;

  /** What the resolvers of `entity` and `source` load; not part of the schema. */
  readonly entityName: string;
  readonly sourceName: string;

  constructor(view: FeatureView) {
    super(view, viewAsInput(view));
    this.id = viewUrn.format(view);
    this.name = view.name;
    this.version = view.version;
    this.joinKeys = view.joinKeys;
    this.ttlSeconds = view.ttlSeconds;
    this.eventColumn = view.eventColumn;
    this.createdColumn = view.createdColumn;
    this.eventIdColumn = view.eventIdColumn;
    this.features = view.features.map((feature) => new FeatureType(view, feature));
    this.adoptedAt = view.adoptedAt;
    this.entityName = view.entity;
    this.sourceName = view.source;
  }
}

export const FeatureViewConnection = connectionOf('FeatureView', () => FeatureViewType);

@InputType({ description: 'One feature of a view.' })
export class FeatureInput {
  @Field(() => String, { description: 'The name: letters, digits and "_".' })
  readonly name!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The source’s column; the feature’s own name if left out. A window names its column, unless it counts events; a network has none.',
  })
  readonly column?: string | null;

  @Field(() => DtypeEnum, {
    nullable: true,
    description:
      'The column’s own type, or FLOAT64 for whole numbers; that of a window or network follows from its function.',
  })
  readonly dtype?: Dtype | null;

  @Field(() => FeatureWindowInput, {
    nullable: true,
    description: 'Makes it a window: a function over the events of some time, instead of the newest value.',
  })
  readonly window?: FeatureWindowInput | null;

  @Field(() => FeatureNetworkInput, {
    nullable: true,
    description: 'Makes it a network: how many others shared something with the entity, instead of the newest value.',
  })
  readonly network?: FeatureNetworkInput | null;

  @Field(() => String, { nullable: true, description: 'What it means.' })
  readonly description?: string | null;
}

@InputType({ description: 'A feature view as it shall be.' })
export class DefineFeatureViewInput extends LabelsInput {
  @Field(() => String, { description: 'The name: letters, digits and "_", without "__".' })
  readonly name!: string;

  @Field(() => ID, { description: 'The entity that it describes: id or name.' })
  readonly entity!: string;

  @Field(() => ID, { description: 'The source that it is loaded from: id or name.' })
  readonly source!: string;

  @Field(() => Int, {
    description: 'How many seconds old a value may be, inclusive; 0: any age, and where no feature is a column.',
  })
  readonly ttlSeconds!: number;

  @Field(() => [FeatureInput], { description: 'Its features, in order: 1 to 1,000.' })
  readonly features!: FeatureInput[];

  @Field(() => String, { nullable: true, description: 'Another event column than the source’s.' })
  readonly eventColumn?: string | null;

  @Field(() => String, { nullable: true, description: 'Another created column than the source’s; null for none.' })
  readonly createdColumn?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The source’s column with the id of each event, for a view of windows and networks alone: rows of one id are versions of one event, and the one written last counts.',
  })
  readonly eventIdColumn?: string | null;
}

@ObjectType({ description: 'The feature view as it now is.' })
@Access(WRITE)
export class DefineFeatureViewPayload extends ChangedPayload {
  @Field(() => FeatureViewType, { description: 'The version that now stands: a new one if what it answers changed.' })
  readonly featureView!: FeatureViewType;
}
