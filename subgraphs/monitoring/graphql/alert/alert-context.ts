import { Field, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { ContextInput } from '../../domain/alert/alert-rule-composite.ts';
import { READ } from '../access.ts';

@ObjectType('AlertContext', { description: 'What is looked at when an alert fires.' })
@Access(READ)
export class AlertContextType {
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;

  @Field(() => String, { description: 'PromQL.' })
  readonly expression!: string;
}

@InputType('AlertContextInput', { description: 'Something to look at when an alert fires.' })
export class AlertContextInput implements ContextInput {
  @Field(() => String, { description: 'Its name: letters, digits and "_", no digit first.' })
  readonly name!: string;

  @Field(() => String, {
    description:
      'PromQL, evaluated when the alert fires; series with a label that the alert has otherwise are left out.',
  })
  readonly expression!: string;
}

/** By name. */
export const alertContext = (context: Readonly<Record<string, string>>): readonly AlertContextType[] =>
  Object.keys(context)
    .sort()
    .map((name) => ({ name, expression: context[name] ?? '' }));
