import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { inboxType } from '../../../shared/graphql/inbox.ts';
import { ENDING_KINDS, type Ending, type EndingKind } from '../../domain/people/ending.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection-types.ts';
import { ModelVersionType } from '../version/model-version.ts';

export const InboxType = inboxType(READ);

const EndingKindEnum = graphqlEnum('EndingKind', ENDING_KINDS, 'What ends.', {
  APPROVAL: 'The approval, at the end that it was given for.',
  VALIDATION: 'The time by which the version must have been validated and approved again.',
  WAIVER: 'The waiver of a gate.',
});

@ObjectType('Ending', { description: 'What lets a model version serve, and ends soon.' })
@Access(READ)
export class EndingType {
  @Field(() => EndingKindEnum, { description: 'What ends.' })
  readonly kind: EndingKind;

  @Field(() => String, { nullable: true, description: 'Of a waiver: the gate that fails afterwards.' })
  readonly gate: string | null;

  @Field(() => Date, { description: 'When. Afterwards the version takes no new traffic.' })
  readonly at: Date;

  @Field(() => ModelVersionType, { description: 'The version.' })
  readonly modelVersion: ModelVersionType;

  constructor({ kind, gate, at }: Ending, modelVersion: ModelVersionType) {
    this.kind = kind;
    this.gate = gate === '' ? null : gate;
    this.at = at;
    this.modelVersion = modelVersion;
  }
}

export const EndingConnection = connectionOf('Ending', () => EndingType);
