import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../../core/errors.ts';
import { checkWebhookUrl, makeWebhookSecret } from '../../../shared/events/webhook-request.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { receiverUrn } from '../../domain/ids.ts';
import { testNotification } from '../../domain/notify/message.ts';
import { checkedReceiver, type Receiver, type ReceiverInput } from '../../domain/notify/receiver.ts';
import { receiversOf } from '../../domain/notify/route.ts';
import { findRouting } from '../../storage/notify/alert-routing.ts';
import { listNotifications } from '../../storage/notify/notification.ts';
import {
  deleteReceiver,
  findReceivers,
  insertReceiver,
  listReceivers,
  secretsOf,
} from '../../storage/notify/receiver.ts';
import { byId } from '../by-id.ts';
import type { MonitoringDeps } from '../deps.ts';
import { send } from './send.ts';

export type { NotificationState, StoredNotification } from '../../storage/notify/notification.ts';

/** What trying a receiver came to. */
export interface Tried {
  readonly ok: boolean;
  readonly answer: string;
  readonly tookMs: number;
}

/** Below what the gateway allows a subgraph, so that a receiver that hangs is reported as one. */
const TEST_LIMIT_MS = 5_000;

/** Who outside is notified of alerts. Their secrets are shown once, if at all, and kept out of every record. */
export class Receivers {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async create(
    context: RequestContext,
    input: ReceiverInput,
  ): Promise<{ readonly receiver: Receiver; readonly secret: string | null }> {
    const { project, subject: createdBy } = context.actor;
    const { secrets, ...checked } = checkedReceiver(input);
    if (secrets.url !== null) checkWebhookUrl(secrets.url, this.#deps.notify.allowedHosts);
    if (checked.kind === 'EMAIL' && this.#deps.notify.smtp === null) {
      throw new DomainError('FAILED_PRECONDITION', 'kind: no mail can be sent; set TIFFIN_SMTP_URL', { field: 'kind' });
    }
    const signing = checked.kind === 'WEBHOOK' ? makeWebhookSecret() : null;
    const subject = receiverUrn.format({ project, name: checked.name });
    const { value } = await change(this.#deps, context, { action: 'receiver.create', subject }, async (em, at) => {
      const receiver: Receiver = { ...checked, project, createdAt: at, createdBy };
      await insertReceiver(em, receiver, { ...secrets, signing });
      return { value: receiver, events: [] };
    });
    return { receiver: value, secret: signing };
  }

  /** Throws FAILED_PRECONDITION while routes lead there: their alerts would go nowhere. */
  async delete(context: RequestContext, id: string): Promise<Receiver> {
    const { project, name } = receiverUrn.parse(context.actor.project, id, 'receiver');
    const subject = receiverUrn.format({ project, name });
    const routing = await findRouting(this.#deps.db.pool, project);
    if (routing && receiversOf(routing.routing.route).includes(name)) {
      throw new DomainError('FAILED_PRECONDITION', `receiver: routes lead to "${name}"; set others first`, {
        field: 'receiver',
      });
    }
    const { value } = await change(this.#deps, context, { action: 'receiver.delete', subject }, async (em) => {
      const receiver = await deleteReceiver(em, project, name);
      if (!receiver) throw new DomainError('NOT_FOUND', `receiver: there is no ${subject}`, { field: 'receiver' });
      return { value: receiver, before: receiver, after: null, events: [] };
    });
    return value;
  }

  /** Sends something now, past all queues, and says what it met. */
  async test(context: RequestContext, id: string): Promise<Tried> {
    const { project, name } = receiverUrn.parse(context.actor.project, id, 'receiver');
    const found = await secretsOf(this.#deps.db.pool, project, name);
    if (!found) throw new DomainError('NOT_FOUND', `receiver: there is no receiver "${name}"`, { field: 'receiver' });
    const { now, notify } = this.#deps;
    const began = performance.now();
    const notification = testNotification(randomUUID(), name, found.receiver.kind, now());
    const { ok, answer } = await send(found, notification, { ...notify, at: now(), timeoutMs: TEST_LIMIT_MS, skip: 0 });
    return { ok, answer, tookMs: performance.now() - began };
  }

  list({ actor }: RequestContext, page: PageRequest) {
    return listReceivers(this.#deps.db.pool, actor.project, page);
  }

  notifications(_: RequestContext, { project, name }: Receiver, page: PageRequest) {
    return listNotifications(this.#deps.db.pool, { project, receiver: name }, page);
  }

  byId(context: RequestContext, ids: readonly string[]): Promise<(Receiver | null)[]> {
    return byId(context, receiverUrn, ids, (keys) =>
      findReceivers(
        this.#deps.db.pool,
        context.actor.project,
        keys.map(({ name }) => name),
      ),
    );
  }
}
