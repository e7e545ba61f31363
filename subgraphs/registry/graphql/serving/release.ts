import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { releaseUrn } from '../../domain/ids.ts';
import type { Release } from '../../domain/serving/release.ts';

@ObjectType('Release', { description: 'A frozen recipe of one deployment, addressed by the digest of its document.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class ReleaseType {
  @Field(() => ID, { description: 'tiffin:<project>:release:<endpoint>@<environment>/<number>' })
  readonly id: string;

  @Field(() => Int, { description: 'Counts the releases of the deployment.' })
  readonly number: number;

  @Field(() => String, { description: 'SHA-256 of the release document: what manifests and predictions name.' })
  readonly digest: string;

  @Field(() => GraphQLJSON, { description: 'What the endpoint does with a request.' })
  readonly recipe: unknown;

  @Field(() => [String], { description: 'What a node must be able to do to run it.' })
  readonly requires: readonly string[];

  @Field(() => String, { description: 'What is new in it, in words.' })
  readonly description: string;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  readonly source: Release;

  constructor(release: Release) {
    this.id = releaseUrn(release);
    this.number = release.number;
    this.digest = release.digest;
    this.recipe = release.recipe;
    this.requires = release.requires;
    this.description = release.description;
    this.createdAt = release.createdAt;
    this.createdBy = release.createdBy;
    this.source = release;
  }
}
