import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { TRAFFIC } from '../access.ts';
import { ReasonedTrafficInput } from './traffic-input.ts';

@InputType({ description: 'Which releases testers may have answer.' })
export class SetTesterReleasesInput extends ReasonedTrafficInput {
  @Field(() => [ID], { description: 'The releases, by id or by digest, at most 20; none: testers are as everybody.' })
  releases!: string[];
}

@InputType({ description: 'A token for a tester.' })
export class IssueTesterTokenInput {
  @Field(() => ID, { description: 'The deployment.' })
  deployment!: string;

  @Field(() => ID, { description: 'A release that is open to testers there, by its id or its digest.' })
  release!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Who will use it: it stands in each record; yourself by default.',
  })
  tester?: string | null;

  @Field(() => Int, { defaultValue: 60, description: 'For how many minutes it is good: 1 to 1440.' })
  minutes!: number;
}

@ObjectType('TesterToken', { description: 'A token with which one release answers, whatever else traffic says.' })
@Access(TRAFFIC)
export class TesterTokenType {
  @Field(() => String, { description: 'The token: send it in the header x-tiffin-tester. It is shown once.' })
  readonly token!: string;

  @Field(() => String, { description: 'Digest of the release that answers.' })
  readonly release!: string;

  @Field(() => String, { description: 'Who stands in the records.' })
  readonly tester!: string;

  @Field(() => Date, { description: 'Until when it is good.' })
  readonly expiresAt!: Date;
}
