import { Field, ID, InputType, Int } from 'type-graphql';
import type { UrnKind } from '../../../../core/urn.ts';
import type { WebhookFormat, WebhookStatus } from '../../domain/webhook/webhook.ts';
import { AssetKindEnum } from '../catalogue/asset.ts';
import { WebhookFormatEnum, WebhookStatusEnum } from './webhook.ts';

@InputType({ description: 'A new webhook. It is sent what happens from now on.' })
export class CreateWebhookInput {
  @Field(() => String, { description: 'https to a public host; others only where configuration allows the host.' })
  url!: string;

  @Field(() => [AssetKindEnum], {
    nullable: true,
    description: 'Only events of these kinds; left out or empty: of all.',
  })
  kinds?: UrnKind[] | null;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description?: string | null;

  @Field(() => WebhookFormatEnum, { defaultValue: 'CHANGES', description: 'What it is sent; it stays what it is.' })
  format!: WebhookFormat;
}

@InputType({
  description:
    'A webhook as it shall be. `rotateWebhookSecret` gives its secret: none is shown where definitions are applied.',
})
export class WebhookDefinitionInput extends CreateWebhookInput {
  @Field(() => WebhookStatusEnum, {
    nullable: true,
    description: 'DISABLED stops it, ACTIVE lets it go on; left out: ACTIVE.',
  })
  status?: WebhookStatus | null;
}

@InputType({ description: 'What is to be different; what is left out stays.' })
export class UpdateWebhookInput {
  @Field(() => ID, { description: 'The webhook.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Where messages go from now on, pending ones included.' })
  url?: string | null;

  @Field(() => [AssetKindEnum], { nullable: true, description: 'Only events of these kinds; empty: of all.' })
  kinds?: UrnKind[] | null;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description?: string | null;

  @Field(() => WebhookStatusEnum, { nullable: true, description: 'DISABLED stops it, ACTIVE lets it go on.' })
  status?: WebhookStatus | null;
}

@InputType({ description: 'Which webhook gets a new secret, and how long the old one signs beside it.' })
export class RotateWebhookSecretInput {
  @Field(() => ID, { description: 'The webhook.' })
  id!: string;

  @Field(() => Int, { defaultValue: 24, description: 'For so many hours both secrets sign: 0 to 168.' })
  overlapHours!: number;
}

@InputType({ description: 'One webhook.' })
export class WebhookInput {
  @Field(() => ID, { description: 'The webhook.' })
  id!: string;
}

@InputType({ description: 'One delivery.' })
export class RedeliverInput {
  @Field(() => ID, { description: 'The delivery.' })
  id!: string;
}
