import { Directive, Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Dtype } from '../../../schema/common.ts';
import { Access } from '../../shared/auth/access.ts';
import { ChangedPayload } from '../../shared/graphql/changed-payload.ts';
import { sourceAsInput } from '../domain/as-input.ts';
import { columnUrn, sourceUrn } from '../domain/ids.ts';
import { nativeTypeOf, type SourceColumn } from '../domain/source-column.ts';
import type { Source } from '../domain/source.ts';
import { connectionOf, READ, WRITE } from './access.ts';
import { DtypeEnum } from './dtype.ts';
import { LabelledType, LabelsInput } from './labels.ts';

@ObjectType('Column', { description: 'One column of a source: where a feature comes from.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class ColumnType {
  @Field(() => ID, { description: 'tiffin:<project>:column:<source>/<column>' })
  readonly id: string;

  @Field(() => String, { description: 'The name in the files.' })
  readonly name: string;

  @Field(() => String, {
    description: 'The type as the files have it, of CSV the type that all values have; several where they differ.',
  })
  readonly nativeType: string;

  @Field(() => DtypeEnum, { nullable: true, description: 'The type as a feature; null where no feature can have it.' })
  readonly dtype: Dtype | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why nothing can be read from it: it is missing in a file, of several types, or its name is not its own.',
  })
  readonly problem: string | null;

  /** What the resolver of `source` loads; not part of the schema. */
  readonly sourceName: string;

  constructor(source: Source, column: SourceColumn) {
    this.id = columnUrn.format({ project: source.project, source: source.name, column: column.name });
    this.name = column.name;
    this.nativeType = nativeTypeOf(column);
    this.dtype = column.dtype;
    this.problem = column.problem;
    this.sourceName = source.name;
  }
}

@ObjectType('Source', { description: 'Files of Parquet or CSV that features are loaded from.' })
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
    super(source, sourceAsInput(source));
    this.id = sourceUrn.format(source);
    this.name = source.name;
    this.path = source.path;
    this.eventColumn = source.eventColumn;
    this.createdColumn = source.createdColumn;
    this.assumeUtc = source.assumeUtc;
    this.columns = source.columns.map((column) => new ColumnType(source, column));
  }
}

export const SourceConnection = connectionOf('Source', () => SourceType);

@InputType({ description: 'A source as it shall be. Its files are read at once, to see that the columns are there.' })
export class DefineSourceInput extends LabelsInput {
  @Field(() => String, { description: 'The name, unique in its project.' })
  readonly name!: string;

  @Field(() => String, {
    description: 'Path or glob of Parquet or CSV files below the folders that the server may read.',
  })
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
export class DefineSourcePayload extends ChangedPayload {
  @Field(() => SourceType, { description: 'The source.' })
  readonly source!: SourceType;
}
