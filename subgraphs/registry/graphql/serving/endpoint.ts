import { GraphQLJSON } from 'graphql-scalars';
import { Directive, Field, ID, ObjectType, InputType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ, WRITE } from '../access.ts';
import { endpointAsInput } from '../../domain/serving/as-input.ts';
import type { Endpoint } from '../../domain/serving/deployment.ts';
import { endpointUrn } from '../../domain/ids.ts';
import { connectionOf } from '../connection-types.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { Changed } from '../../../shared/operations/change.ts';

@ObjectType('Endpoint', { description: 'The stable name that clients call.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class EndpointType {
  @Field(() => ID, { description: 'tiffin:<project>:endpoint:<name>' })
  readonly id: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it decides, in words.' })
  readonly description: string;

  @Field(() => String, { nullable: true, description: 'Who answers for it.' })
  readonly owner: string | null;

  @Field(() => [String], { description: 'Labels.' })
  readonly tags: readonly string[];

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => GraphQLJSON, {
    description: 'All of it in the words of the input that defines it: defining it with them again changes nothing.',
  })
  readonly definition: object;

  readonly source: Endpoint;

  constructor(endpoint: Endpoint) {
    this.id = endpointUrn.format(endpoint);
    this.name = endpoint.name;
    this.description = endpoint.description;
    this.owner = endpoint.owner;
    this.tags = endpoint.tags;
    this.createdAt = endpoint.createdAt;
    this.definition = endpointAsInput(endpoint);
    this.source = endpoint;
  }
}

export const EndpointConnection = connectionOf('Endpoint', () => EndpointType);

@InputType({ description: 'A new endpoint.' })
export class CreateEndpointInput {
  @Field(() => String, { description: 'Its name: a letter, then letters, digits, "_", "-" and ".".' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it decides, in words.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'Who answers for it.' })
  owner?: string | null;

  @Field(() => [String], { nullable: true, description: 'Labels.' })
  tags?: string[] | null;
}

@ObjectType({ description: 'A new endpoint.' })
@Access(WRITE)
export class CreateEndpointPayload extends ChangedPayload {
  @Field(() => EndpointType, { description: 'The endpoint.' })
  readonly endpoint: EndpointType;

  constructor({ value, eventCursor }: Changed<Endpoint>) {
    super(eventCursor);
    this.endpoint = new EndpointType(value);
  }
}
