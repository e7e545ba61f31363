import { expect, it } from 'vitest';
import { featureOutbox, person, startTestRegistry } from '../support/registry.ts';
import { serviceEvent } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { python } from './python.ts';

const PROGRAM = `
import json, sys
from standardwebhooks import Webhook, WebhookVerificationError

def verified(secret, body, headers):
    try:
        return Webhook(secret).verify(body, headers)
    except WebhookVerificationError as error:
        return str(error)

json.dump([verified(*one) for one in json.load(sys.stdin)], sys.stdout)
`;

it("are accepted by Standard Webhooks' own code for Python, and not when altered", async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const variables = { TIFFIN_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' };
  const registry = await startTestRegistry({ database, variables, feeds: { feature: outbox.feed } });
  const receiver = await startWebhookReceiver();
  const { createWebhook } = await registry.ask(
    person('admin'),
    'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { secret } }',
    { input: { url: receiver.url } },
  );
  await outbox.tell(serviceEvent());
  await receiver.until(1);
  const { body, headers } = receiver.received[0]!;
  const [accepted, altered, otherSecret] = python(PROGRAM, [
    [createWebhook.secret, body, headers],
    [createWebhook.secret, body.replace('fraud', 'fruad'), headers],
    [`whsec_${Buffer.alloc(24, 7).toString('base64')}`, body, headers],
  ]);
  expect(accepted).toEqual(JSON.parse(body));
  expect([altered, otherSecret]).toEqual(['No matching signature found', 'No matching signature found']);
});
