import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { validated } from '../../../../schema/validated.ts';
import { WEBHOOK_STATUSES, type Webhook } from './webhook.ts';

const Wanted = z.object({
  url: z.string().max(2_000).nullish(),
  kinds: z.array(z.string()).max(50).nullish(),
  description: z.string().max(1_000).nullish(),
  status: z.enum(WEBHOOK_STATUSES).nullish(),
});

/** What a caller may say of a webhook. What is left out is not there. */
export type WebhookChanges = Partial<Pick<Webhook, 'url' | 'kinds' | 'description' | 'status'>>;

/** Reads it, but for where the URL may lead. Throws INVALID_INPUT that names the field. */
export function readWebhookChanges(input: unknown): WebhookChanges {
  const { url, kinds, description, status } = validated(Wanted, input);
  return {
    ...(typeof url === 'string' && { url }),
    ...(kinds && { kinds: [...new Set(kinds)] }),
    ...(typeof description === 'string' && { description }),
    ...(status && { status }),
  };
}

/** A webhook in the words of its input, what is empty left out. Defining it with these again changes nothing. */
export const webhookAsInput = ({ url, kinds, description, format, status }: Webhook): object => ({
  url,
  ...(kinds.length > 0 && { kinds: kinds.map((kind) => kind.toUpperCase().replaceAll('-', '_')) }),
  ...(description !== '' && { description }),
  ...(format !== 'CHANGES' && { format }),
  status,
});

const LONGEST_OVERLAP_HOURS = 7 * 24;

/** For how long two secrets sign. Throws INVALID_INPUT. */
export function checkOverlap(hours: number): void {
  if (Number.isInteger(hours) && hours >= 0 && hours <= LONGEST_OVERLAP_HOURS) return;
  throw new DomainError(
    'INVALID_INPUT',
    `overlapHours: an overlap has 0 to ${LONGEST_OVERLAP_HOURS} hours, not ${hours}`,
    { field: 'overlapHours', allowed: { min: 0, max: LONGEST_OVERLAP_HOURS } },
  );
}
