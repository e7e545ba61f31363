import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../auth/access.ts';
import type { AccessRule } from '../auth/actor.ts';

/** A noun of another subgraph, known here by its id alone. */
export interface Reference {
  readonly id: string;
}

/**
 * The type of another subgraph's noun: `const DeploymentType = reference('Deployment', READ)`. Not resolvable where this
 * subgraph adds no field to it.
 */
export function reference(
  name: string,
  rule: AccessRule,
  { resolvable = true, description }: { readonly resolvable?: boolean; readonly description?: string } = {},
): new (id: string) => Reference {
  @ObjectType(name, description === undefined ? {} : { description })
  @Directive(`@key(fields: "id"${resolvable ? '' : ', resolvable: false'})`)
  @Access(rule)
  class ReferenceType implements Reference {
    @Field(() => ID, description === undefined ? {} : { description: 'Its id.' })
    readonly id: string;

    constructor(id: string) {
      this.id = id;
    }
  }
  return ReferenceType;
}
