import { Field, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { LabelInput } from '../../domain/alert/alert-rule-checks.ts';
import { READ } from '../access.ts';

@ObjectType('AlertLabel', { description: 'One label or annotation.' })
@Access(READ)
export class AlertLabelType {
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;

  @Field(() => String, { description: 'Its text.' })
  readonly value!: string;
}

@InputType('AlertLabelInput', { description: 'One label or annotation.' })
export class AlertLabelInput implements LabelInput {
  @Field(() => String, { description: 'Its name: letters, digits and "_", no digit first.' })
  readonly name!: string;

  @Field(() => String, {
    description: 'Its text; {{ $labels.name }} and {{ $value }} stand for those of the alert.',
  })
  readonly value!: string;
}

/** By name. */
export const alertLabels = (labels: Readonly<Record<string, string>>): readonly AlertLabelType[] =>
  Object.keys(labels)
    .sort()
    .map((name) => ({ name, value: labels[name] ?? '' }));
