import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Dtype } from '../../../schema/common.ts';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, toConnection } from '../../shared/graphql/connection.ts';
import { pageRequest } from '../../shared/paging.ts';
import { columnId, nameOf, sourceId } from '../domain/id.ts';
import type { Source, SourceColumn } from '../domain/source.ts';
import { connectionOf, READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import { DtypeEnum } from './dtype.ts';
import { EVENT_CURSOR, LabelledType, LabelsInput } from './labels.ts';

@ObjectType('Column', { description: 'One column of a source: where a feature comes from.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class ColumnType {
  @Field(() => ID, { description: 'tiffin:<project>:column:<source>/<column>' })
  readonly id: string;

  @Field(() => String, { description: 'The name in the files.' })
  readonly name: string;

  @Field(() => String, { description: 'The type as the files have it.' })
  readonly nativeType: string;

  @Field(() => DtypeEnum, { nullable: true, description: 'The type as a feature; null where no feature can have it.' })
  readonly dtype: Dtype | null;

  readonly sourceName: string;

  constructor(source: Source, column: SourceColumn) {
    this.id = columnId(source.project, source.name, column.name);
    this.name = column.name;
    this.nativeType = column.nativeType;
    this.dtype = column.dtype;
    this.sourceName = source.name;
  }
}

@ObjectType('Source', { description: 'Parquet files that features are loaded from.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class SourceType extends LabelledType {
  @Field(() => ID, { description: 'tiffin:<project>:source:<name>' })
  readonly id: string;

  @Field(() => String, { description: 'The name, unique in its project.' })
  readonly name: string;

  @Field(() => String, { description: 'Path or glob of the files, as the server sees them.' })
  readonly path: string;

  @Field(() => String, { description: 'The column that says when a row’s event happened.' })
  readonly eventColumn: string;

  @Field(() => String, {
    nullable: true,
    description: 'The column that says when a row was written; without one, rows count as written at their event.',
  })
  readonly createdColumn: string | null;

  @Field(() => Boolean, { description: 'Whether timestamps without a zone are read as UTC.' })
  readonly assumeUtc: boolean;

  @Field(() => [ColumnType], { description: 'The columns that the files had when the source was defined.' })
  readonly columns: readonly ColumnType[];

  constructor(source: Source) {
    super(source);
    this.id = sourceId(source.project, source.name);
    this.name = source.name;
    this.path = source.path;
    this.eventColumn = source.eventColumn;
    this.createdColumn = source.createdColumn;
    this.assumeUtc = source.assumeUtc;
    this.columns = source.columns.map((column) => new ColumnType(source, column));
  }
}

const SourceConnection = connectionOf('Source', () => SourceType);

@InputType({ description: 'A source as it shall be. Its files are read at once, to see that the columns are there.' })
export class DefineSourceInput extends LabelsInput {
  @Field(() => String, { description: 'The name, unique in its project.' })
  readonly name!: string;

  @Field(() => String, { description: 'Path or glob of Parquet files below the folders that the server may read.' })
  readonly path!: string;

  @Field(() => String, { description: 'The column that says when a row’s event happened.' })
  readonly eventColumn!: string;

  @Field(() => String, { nullable: true, description: 'The column that says when a row was written.' })
  readonly createdColumn?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Read timestamps without a zone as UTC.' })
  readonly assumeUtc!: boolean;
}

@ObjectType({ description: 'The source as it now is.' })
@Access(WRITE)
export class DefineSourcePayload {
  @Field(() => SourceType, { description: 'The source.' })
  readonly source!: SourceType;

  @Field(() => String, { nullable: true, description: EVENT_CURSOR })
  readonly eventCursor!: string | null;
}

@Resolver(() => SourceType)
export class SourceResolver {
  @Query(() => SourceType, { nullable: true, description: 'The source with this id; null where there is none.' })
  @Access(READ)
  async source(
    @Arg('id', () => ID, { description: 'Its id, or its name.' }) id: string,
    @Ctx() { loaders, actor }: FeatureContext,
  ): Promise<SourceType | null> {
    const found = await loaders.source.load(nameOf(actor.project, 'source', id));
    return found && new SourceType(found);
  }

  @Query(() => SourceConnection, { description: 'All sources, by name.' })
  @Access(READ)
  async sources(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { catalog, actor }: FeatureContext,
  ): Promise<InstanceType<typeof SourceConnection>> {
    const page = pageRequest(args, ['string']);
    const rows = await catalog.listSources(actor.project, page);
    return toConnection(
      rows,
      page,
      ({ name }) => [name],
      (row) => new SourceType(row),
    );
  }

  @Mutation(() => DefineSourcePayload, { description: 'Defines a source, or changes it and reads its columns anew.' })
  @Access(WRITE)
  async defineSource(
    @Arg('input', () => DefineSourceInput, { description: 'The source as it shall be.' }) input: DefineSourceInput,
    @Ctx() context: FeatureContext,
  ): Promise<DefineSourcePayload> {
    const { value, eventCursor } = await context.definitions.defineSource(context, input);
    return { source: new SourceType(value), eventCursor };
  }
}

@Resolver(() => ColumnType)
export class ColumnResolver {
  @FieldResolver(() => SourceType, { nullable: true, description: 'The source that it belongs to.' })
  @Access(READ)
  async source(@Root() column: ColumnType, @Ctx() { loaders }: FeatureContext): Promise<SourceType | null> {
    const found = await loaders.source.load(column.sourceName);
    return found && new SourceType(found);
  }
}
