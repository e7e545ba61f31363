import { randomBytes, randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { URN_KINDS, type UrnKind } from '../../../core/urn.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Database } from '../database/database.ts';
import { checkWebhookUrl } from './webhook-request.ts';

/** A subscription to a project's events of some kinds. */
export interface Webhook {
  readonly id: string;
  readonly project: string;
  readonly url: string;
  /** Empty for all kinds. */
  readonly kinds: readonly string[];
  /** A disabled one misses what happens meanwhile; what was pending waits. */
  readonly status: WebhookStatus;
  readonly at: Date;
}

export type WebhookStatus = 'ACTIVE' | 'DISABLED';

/** FAILED: the receiver refused it for good. DEAD: it was tried for too long. */
export type DeliveryState = 'PENDING' | 'DELIVERED' | 'FAILED' | 'DEAD';

export interface WebhookDelivery {
  readonly id: string;
  /** What it tells of. */
  readonly urn: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly firstAt: Date;
  /** When it is tried again, if it is pending. */
  readonly nextAt: Date;
  /** What the last attempt met. */
  readonly answer: string | null;
}

export interface NewWebhook {
  readonly project: string;
  readonly url: string;
  readonly kinds: readonly UrnKind[];
  readonly at: Date;
  /** Hosts that are allowed although they are private or without https. */
  readonly allowedHosts: readonly string[];
}

/** Subscribes to what happens from now on. The secret is told only here. Throws INVALID_INPUT for a URL that is refused. */
export async function addWebhook(em: EntityManager, wanted: NewWebhook): Promise<{ webhook: Webhook; secret: string }> {
  const { project, kinds, at } = wanted;
  const url = checkWebhookUrl(wanted.url, wanted.allowedHosts).href;
  const unknown = kinds.find((kind) => !URN_KINDS.includes(kind));
  if (unknown !== undefined) {
    throw new DomainError('INVALID_INPUT', `"${unknown}" is no kind of asset`, {
      field: 'kinds',
      allowed: URN_KINDS,
    });
  }
  const id = randomUUID();
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  await em.execute(
    `insert into webhook (id, project, url, secret, kinds, cursor, at)
     values (?, ?, ?, ?, array(select json_array_elements_text(?::json)),
             pg_snapshot_xmin(pg_current_snapshot())::text || '-0', ?)`,
    [id, project, url, secret, JSON.stringify(kinds), at],
  );
  return { webhook: { id, project, url, kinds, status: 'ACTIVE', at }, secret };
}

/** Stops or resumes a subscription; false when there is none. */
export async function setWebhookStatus(
  em: EntityManager,
  project: string,
  id: string,
  status: WebhookStatus,
): Promise<boolean> {
  const rows = await em.execute<unknown[]>('update webhook set status = ? where project = ? and id = ? returning id', [
    status,
    project,
    id,
  ]);
  return rows.length > 0;
}

/** Ends a subscription with all that was still to be delivered; false when there is none. */
export async function removeWebhook(em: EntityManager, project: string, id: string): Promise<boolean> {
  const rows = await em.execute<unknown[]>('delete from webhook where project = ? and id = ? returning id', [
    project,
    id,
  ]);
  return rows.length > 0;
}

export const listWebhooks = (db: Database, project: string): Promise<Webhook[]> =>
  db.query<Webhook & Record<string, unknown>>(
    'select id, project, url, kinds, status, at from webhook where project = $1 order by at, id',
    [project],
  );

/** The newest deliveries of a subscription, of one state or of all. */
export const listDeliveries = (
  db: Database,
  webhook: string,
  limit: number,
  state?: DeliveryState,
): Promise<WebhookDelivery[]> =>
  db.query<WebhookDelivery & Record<string, unknown>>(
    `select id, urn, state, attempts, first_at as "firstAt", next_at as "nextAt", answer from webhook_delivery
     where webhook = $1 and state = coalesce($3, state) order by position desc limit $2`,
    [webhook, limit, state],
  );
