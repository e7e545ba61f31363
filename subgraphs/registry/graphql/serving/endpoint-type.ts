import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { Endpoint } from '../../domain/serving/deployment.ts';
import { endpointUrn } from '../../domain/ids.ts';

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

  readonly source: Endpoint;

  constructor(endpoint: Endpoint) {
    this.id = endpointUrn(endpoint.project, endpoint.name);
    this.name = endpoint.name;
    this.description = endpoint.description;
    this.owner = endpoint.owner;
    this.tags = endpoint.tags;
    this.createdAt = endpoint.createdAt;
    this.source = endpoint;
  }
}
