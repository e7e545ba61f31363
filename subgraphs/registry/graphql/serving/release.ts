import { Directive, Field, ID, Int, ObjectType, InputType } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Access } from '../../../shared/auth/access.ts';
import { READ, WRITE } from '../access.ts';
import { releaseUrn } from '../../domain/ids.ts';
import type { Release } from '../../domain/serving/release.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { Changed } from '../../../shared/operations/change.ts';

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

  @Field(() => String, {
    description: 'SHA-256 of the recipe with the versions of its models left open: what an approval speaks of.',
  })
  readonly recipeDigest: string;

  @Field(() => [String], { description: 'What a node must be able to do to run it.' })
  readonly requires: readonly string[];

  @Field(() => String, { description: 'What is new in it, in words.' })
  readonly description: string;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => String, { description: 'Who made it.' })
  readonly createdBy: string;

  @Field(() => [String], { description: 'Everybody who made it: none of them approves its recipe.' })
  readonly makers: readonly string[];

  readonly source: Release;

  constructor(release: Release) {
    this.id = releaseUrn.format(release);
    this.number = release.number;
    this.digest = release.digest;
    this.recipe = release.recipe;
    this.recipeDigest = release.recipeDigest;
    this.requires = release.requires;
    this.description = release.description;
    this.createdAt = release.createdAt;
    this.createdBy = release.createdBy;
    this.makers = release.makers;
    this.source = release;
  }
}

@InputType({ description: 'A recipe to freeze.' })
export class CreateReleaseInput {
  @Field(() => ID, { description: 'The deployment that it is for.' })
  deployment!: string;

  @Field(() => GraphQLJSON, {
    description:
      'The recipe: inputs, entities, features, segments, derive, models, combine, rules, output, fallback, budgets, logging.',
  })
  recipe!: unknown;

  @Field(() => String, { nullable: true, description: 'What is new in it, in words.' })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of a feature mutation that the recipe builds on; waits up to 2 s for it to arrive.',
  })
  after?: string | null;
}

@ObjectType({ description: 'A new release.' })
@Access(WRITE)
export class CreateReleasePayload extends ChangedPayload {
  @Field(() => ReleaseType, {
    description:
      'The release; it serves once its recipe is approved, where that is asked for, and traffic is sent to it.',
  })
  readonly release: ReleaseType;

  constructor({ value, eventCursor }: Changed<Release>) {
    super(eventCursor);
    this.release = new ReleaseType(value);
  }
}
