import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { isAllowed, type Actor } from '../../../shared/auth/actor.ts';
import type { Definition } from '../../../shared/definitions/definition.ts';
import { checkWebhookUrl, makeWebhookSecret } from '../../../shared/events/webhook-request.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { webhookUrn } from '../../domain/ids.ts';
import { checkKinds, type Webhook, type WebhookFormat } from '../../domain/webhook/webhook.ts';
import { readWebhookChanges, webhookAsInput } from '../../domain/webhook/webhook-input.ts';
import { insertWebhook, lockWebhooksTo, saveWebhook } from '../../storage/webhook/webhook.ts';
import type { RegistryDeps } from '../deps.ts';

const MANAGERS = { role: 'admin', scope: 'registry:webhooks' } as const;

/**
 * A webhook as it shall be, known by its URL: what is left out is the default. Its secret is in no answer, which may be
 * printed by a pipeline: rotateWebhookSecret gives one.
 */
export async function webhookDefinition(
  { db, webhookHosts }: RegistryDeps,
  { actor }: RequestContext,
  { format, ...input }: { readonly url: string; readonly format: WebhookFormat },
): Promise<Definition<Webhook>> {
  requireManager(actor);
  const { project, subject: createdBy } = actor;
  const { kinds = [], description = '', status = 'ACTIVE' } = readWebhookChanges(input);
  checkKinds(kinds, format);
  const { href: url } = checkWebhookUrl(input.url, webhookHosts);
  const standing = await db.transaction((em) => webhookTo(em, project, url));
  const id = standing?.id ?? idOfUrl(project, url);
  const idOf = (webhook: Pick<Webhook, 'id'>): string => webhookUrn.format({ project, name: webhook.id });
  return {
    action: 'webhook.define',
    subject: idOf({ id }),
    idOf,
    asInput: webhookAsInput,
    decide: async (em, at) => {
      const before = await webhookTo(em, project, url);
      if (before && before.id !== id) {
        throw new DomainError('CONFLICT', 'url: somebody else made a webhook for it meanwhile; plan again', {
          field: 'url',
          holder: idOf(before),
        });
      }
      if (before && before.format !== format) {
        throw new DomainError('INVALID_INPUT', `format: is ${before.format} and stays so: end that webhook first`, {
          field: 'format',
          allowed: [before.format],
        });
      }
      const made = { id, project, url, position: 0, format, createdBy, at, previousSecretUntil: null, failure: null };
      return { before, after: { ...(before ?? made), kinds, description, status } };
    },
    save: async (em, { before, after }) => {
      if (before) await saveWebhook(em, after);
      else await insertWebhook(em, after, makeWebhookSecret());
      return [];
    },
  };
}

/** The webhook that sends to a URL; null where there is none. Throws CONFLICT where there are several. */
async function webhookTo(em: EntityManager, project: string, url: string): Promise<Webhook | null> {
  const [first = null, ...others] = await lockWebhooksTo(em, project, url);
  if (others.length === 0) return first;
  throw new DomainError('CONFLICT', `url: ${others.length + 1} webhooks send there; a definition is for the only one`, {
    field: 'url',
    allowed: 'one webhook for each URL: deleteWebhook ends the others',
  });
}

/** The same in a plan and when it is applied. */
const idOfUrl = (project: string, url: string): string =>
  createHash('sha256')
    .update(`${project}\n${url}`)
    .digest('hex')
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

function requireManager(actor: Actor): void {
  if (isAllowed(actor, MANAGERS)) return;
  const allowed = [`role ${MANAGERS.role}`, `scope ${MANAGERS.scope}`];
  throw new DomainError('FORBIDDEN', `to define a webhook takes ${allowed.join(' or ')}`, { allowed });
}
