import { createTransport } from 'nodemailer';
import { sendWebhook } from '../../../shared/events/webhook-request.ts';
import { requestsFor, textOf, titleOf, type Notification } from '../../domain/notify/message.ts';
import type { Receiver, ReceiverSecrets } from '../../domain/notify/receiver.ts';

/** How mail goes out. */
export interface Smtp {
  /** `smtp://user:password@host:587`, or `smtps://…`. */
  readonly url: string;
  readonly from: string;
}

export interface SendOptions {
  readonly allowedHosts: readonly string[];
  readonly smtp: Smtp | null;
  readonly at: Date;
  readonly timeoutMs: number;
  /** Requests of the notification that arrived in an attempt before. */
  readonly skip: number;
}

export interface Sent {
  readonly ok: boolean;
  /** Whether another attempt may do better. */
  readonly again: boolean;
  /** How many requests have arrived by now. */
  readonly sent: number;
  readonly answer: string;
  readonly retryAfter: string | undefined;
}

/** Tells a receiver, once. Never throws: what went wrong is the answer. */
export async function send(
  { receiver, secrets }: { readonly receiver: Receiver; readonly secrets: ReceiverSecrets },
  notification: Notification,
  options: SendOptions,
): Promise<Sent> {
  if (receiver.kind === 'EMAIL') return mail(secrets, notification, options);
  const { allowedHosts, at, timeoutMs } = options;
  const requests = requestsFor(receiver.kind, notification, secrets);
  let sent = options.skip;
  let answer = '';
  for (const [i, { body }] of requests.entries()) {
    if (i < options.skip) continue;
    try {
      const met = await sendWebhook({
        url: secrets.url ?? '',
        secrets: secrets.signing === null ? [] : [secrets.signing],
        id: requests.length > 1 ? `${notification.id}-${i}` : notification.id,
        body: JSON.stringify(body),
        at,
        allowedHosts,
        timeoutMs,
      });
      answer = `HTTP ${met.status}`;
      if (met.status >= 200 && met.status < 300) {
        sent++;
        continue;
      }
      const again = met.status === 408 || met.status === 429 || met.status >= 500;
      return { ok: false, again, sent, answer, retryAfter: met.retryAfter };
    } catch (error) {
      return { ok: false, again: true, sent, answer: messageOf(error), retryAfter: undefined };
    }
  }
  return { ok: true, again: false, sent, answer, retryAfter: undefined };
}

async function mail(
  { to }: ReceiverSecrets,
  notification: Notification,
  { smtp, timeoutMs }: SendOptions,
): Promise<Sent> {
  const failed = { ok: false, sent: 0, retryAfter: undefined };
  if (smtp === null) return { ...failed, again: true, answer: 'no mail can be sent: TIFFIN_SMTP_URL is not set' };
  const transport = createTransport({
    url: smtp.url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  try {
    const { response } = await transport.sendMail({
      from: smtp.from,
      to: [...to],
      subject: titleOf(notification),
      text: textOf(notification),
      // Mail of one group is one thread, and an attempt that is repeated is the same mail.
      messageId: `<${notification.id}@tiffin>`,
      references: `<${Buffer.from(notification.groupKey).toString('hex').slice(0, 60)}@tiffin>`,
    });
    return { ok: true, again: false, sent: 1, answer: response, retryAfter: undefined };
  } catch (error) {
    // 5xx of SMTP is for good, as an address that does not exist.
    const code = (error as { readonly responseCode?: unknown }).responseCode;
    return { ...failed, again: !(typeof code === 'number' && code >= 500), answer: messageOf(error) };
  } finally {
    transport.close();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
