import { DomainError } from '../../../../core/errors.ts';
import { RUN_KINDS } from '../openlineage/own-run.ts';
import { ASSET_KINDS, type AssetKind } from '../../../../schema/nouns.ts';

export const WEBHOOK_STATUSES = ['ACTIVE', 'DISABLED'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

/** CHANGES: every change, in words and as its event. OPENLINEAGE: the ends of our own jobs, as OpenLineage tells them. */
export const WEBHOOK_FORMATS = ['CHANGES', 'OPENLINEAGE'] as const;
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

/** A subscription to a project's events of some kinds. */
export interface Webhook {
  readonly id: string;
  /** Its place in the order in which webhooks were made. */
  readonly position: number;
  readonly project: string;
  readonly url: string;
  /** Empty for all kinds. */
  readonly kinds: readonly string[];
  readonly description: string;
  readonly format: WebhookFormat;
  /** A disabled one misses what happens meanwhile; what was pending waits. */
  readonly status: WebhookStatus;
  readonly createdBy: string;
  readonly at: Date;
  /** Until when the secret before the present one signs, too. */
  readonly previousSecretUntil: Date | null;
  /** Null while its deliveries arrive. */
  readonly failure: WebhookFailure | null;
}

/** What a receiver does since it last took a delivery. */
export interface WebhookFailure {
  readonly since: Date;
  /** Attempts in a row that it did not take, of whichever deliveries. */
  readonly attempts: number;
  /** What the last one met: `HTTP 503`, or why none was answered. */
  readonly answer: string;
  readonly lastAt: Date;
}

export const DELIVERY_STATES = ['PENDING', 'DELIVERED', 'FAILED', 'DEAD'] as const;
/** FAILED: the receiver refused it for good. DEAD: it was tried for too long. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface WebhookDelivery {
  readonly id: string;
  readonly position: number;
  /** `model.changed`: what the receiver tells messages apart by. */
  readonly type: string;
  /** What it tells of. */
  readonly urn: string;
  readonly revision: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly firstAt: Date;
  /** When it is tried again, if it is pending. */
  readonly nextAt: Date;
  /** What the last attempt met. */
  readonly answer: string | null;
}

/** Kinds that have an id and of which no event ever tells. */
const SILENT: readonly AssetKind[] = ['prediction', 'materialization'];
const ANNOUNCED_KINDS = ASSET_KINDS.filter((kind) => !SILENT.includes(kind));

/** Throws INVALID_INPUT for a kind that would never be sent. */
export function checkKinds(kinds: readonly string[], format: WebhookFormat): void {
  const sent = format === 'OPENLINEAGE' ? RUN_KINDS : ANNOUNCED_KINDS;
  const silent = kinds.find((kind) => !(sent as readonly string[]).includes(kind));
  if (silent === undefined) return;
  const teller = format === 'OPENLINEAGE' ? 'run' : 'event';
  throw new DomainError('INVALID_INPUT', `kinds: no ${teller} tells of a ${silent}: it would never be sent`, {
    field: 'kinds',
    allowed: sent.map((kind) => kind.toUpperCase().replaceAll('-', '_')),
  });
}
