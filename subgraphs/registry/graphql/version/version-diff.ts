import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { DIFF_PARTS, type DiffPart } from '../../domain/version/version-diff.ts';
import { READ } from '../access.ts';

const DiffPartEnum = graphqlEnum(
  'VersionPart',
  DIFF_PARTS,
  'What of a version differs: metrics are computed by the registry, claims were typed by submitters.',
);

@ObjectType('VersionDifference', { description: 'One thing that differs between two versions.' })
@Access(READ)
export class VersionDifferenceType {
  @Field(() => DiffPartEnum, { description: 'What of a version it belongs to.' })
  part!: DiffPart;

  @Field(() => String, { description: 'What differs: input features, commit, rocAuc, …' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'In the one version; null where it has none.' })
  before!: string | null;

  @Field(() => String, { nullable: true, description: 'In the other; null where it has none.' })
  after!: string | null;
}
