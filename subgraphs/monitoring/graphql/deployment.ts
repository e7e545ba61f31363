import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import type { Served } from '../domain/node/served.ts';
import type { Trust } from '../domain/trust.ts';
import { READ } from './access.ts';
import { TrustEnum } from './enums.ts';
import { ModelVersionType } from './references.ts';

@ObjectType('ServedRelease', { description: 'A release that has answered, as its predictions prove.' })
@Access(READ)
export class ServedReleaseType {
  @Field(() => String, { description: 'SHA-256 of the release.' })
  readonly release!: string;

  @Field(() => [ModelVersionType], { description: 'The model versions that it runs.' })
  readonly modelVersions!: readonly ModelVersionType[];

  @Field(() => Float, { description: 'Answers that are stored.' })
  readonly answers!: number;

  @Field(() => Float, { description: 'Those that a fallback gave.' })
  readonly fallbacks!: number;

  @Field(() => Date, { description: 'The first of them in the window.' })
  readonly firstAt!: Date;

  @Field(() => Date, { description: 'The last of them in the window.' })
  readonly lastAt!: Date;
}

@ObjectType('Served', { description: 'What answered for a deployment, beside what the registry ordered.' })
@Access(READ)
export class ServedType {
  @Field(() => [ServedReleaseType], { description: 'The releases that answered, the latest first.' })
  readonly releases: readonly ServedReleaseType[];

  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of the live release that the registry announced last; null before the first.',
  })
  readonly orderedRelease: string | null;

  @Field(() => [ModelVersionType], { description: 'The model versions that this release runs.' })
  readonly ordered: readonly ModelVersionType[];

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the latest answers come from the live release or an arm; null without answers or without an order.',
  })
  readonly agrees: boolean | null;

  constructor({ releases, ordered, agrees }: Served) {
    this.releases = releases.map((row) => ({
      ...row,
      modelVersions: row.modelVersions.map((id) => new ModelVersionType(id)),
    }));
    this.orderedRelease = ordered?.release ?? null;
    this.ordered = ordered?.modelVersions.map((id) => new ModelVersionType(id)) ?? [];
    this.agrees = agrees;
  }
}

@InputType('ServedWindowInput', { description: 'Which hours of predictions to look at.' })
export class ServedWindowInput {
  @Field(() => Date, { nullable: true, description: 'Where the window ends; now by default.' })
  readonly at?: Date;

  @Field(() => Int, { defaultValue: 24, description: 'How many hours before that; the first is taken whole.' })
  readonly hours!: number;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: Trust;
}
