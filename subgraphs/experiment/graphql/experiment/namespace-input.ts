import { Field, Float, InputType } from 'type-graphql';

/** A slice of the units of a namespace. */
@InputType()
export abstract class NamespaceSliceInput {
  @Field(() => String, { description: 'The namespace: whatever name experiments of any deployment agree on.' })
  readonly name!: string;

  @Field(() => Float, { description: 'Where the slice begins: 0 to 1 in steps of 0.001.' })
  readonly from!: number;

  @Field(() => Float, { description: 'Where it ends; the end does not belong to it.' })
  readonly to!: number;
}
