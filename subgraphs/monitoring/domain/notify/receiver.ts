import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { Name } from '../../../../schema/common.ts';
import { validated } from '../../../../schema/validated.ts';

export const RECEIVER_KINDS = ['WEBHOOK', 'SLACK', 'PAGERDUTY', 'EMAIL'] as const;
export type ReceiverKind = (typeof RECEIVER_KINDS)[number];

/** Somebody outside who is notified of alerts. */
export interface Receiver {
  readonly project: string;
  readonly name: string;
  readonly kind: ReceiverKind;
  /** Where it is reached, as far as anybody may know: a host, or the addresses. */
  readonly target: string;
  readonly sendResolved: boolean;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** What is needed to reach it; told to nobody again. */
export interface ReceiverSecrets {
  readonly url: string | null;
  /** `whsec_…`: what messages to a webhook are signed with. */
  readonly signing: string | null;
  readonly routingKey: string | null;
  readonly to: readonly string[];
}

type Maybe<T> = T | null | undefined;

export interface ReceiverInput {
  readonly name: string;
  readonly kind: ReceiverKind;
  readonly url?: Maybe<string>;
  readonly routingKey?: Maybe<string>;
  readonly to?: Maybe<readonly string[]>;
  readonly sendResolved: boolean;
}

const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';
const Named = z.object({ name: Name });
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;

/** What each kind is made with, besides its name. */
const FIELDS: Readonly<Record<ReceiverKind, { readonly needs: readonly string[]; readonly takes: readonly string[] }>> =
  {
    WEBHOOK: { needs: ['url'], takes: ['url'] },
    SLACK: { needs: ['url'], takes: ['url'] },
    PAGERDUTY: { needs: ['routingKey'], takes: ['routingKey', 'url'] },
    EMAIL: { needs: ['to'], takes: ['to'] },
  };

const refuse = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field });

/** What a new receiver is made of. Throws INVALID_INPUT that names the field; the URL itself is checked by who sends. */
export function checkedReceiver(input: ReceiverInput): Pick<Receiver, 'name' | 'kind' | 'target' | 'sendResolved'> & {
  readonly secrets: Omit<ReceiverSecrets, 'signing'>;
} {
  const { name } = validated(Named, input);
  const { kind, sendResolved } = input;
  const { needs, takes } = FIELDS[kind];
  for (const field of ['url', 'routingKey', 'to'] as const) {
    const given = input[field] !== null && input[field] !== undefined;
    if (given && !takes.includes(field)) throw refuse(field, `a receiver of the kind ${kind} takes none`);
    if (!given && needs.includes(field)) throw refuse(field, `a receiver of the kind ${kind} needs one`);
  }
  const to = input.to ?? [];
  if (kind === 'EMAIL' && (to.length === 0 || to.length > 50 || !to.every((address) => ADDRESS.test(address)))) {
    throw refuse('to', 'write 1 to 50 addresses, such as on-call@example.org');
  }
  const routingKey = input.routingKey ?? null;
  if (routingKey !== null && !/^[\w-]{1,128}$/.test(routingKey)) {
    throw refuse('routingKey', 'is no integration key of the Events API v2');
  }
  const url = input.url ?? (kind === 'PAGERDUTY' ? PAGERDUTY_URL : null);
  const target = url === null ? to.join(', ') : (URL.parse(url)?.host ?? '');
  return { name, kind, sendResolved, target, secrets: { url, routingKey, to } };
}
