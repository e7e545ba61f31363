import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startInstall, type Install } from '../support/install.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { ask, change } from '../support/story.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const KILLS = 3;
const random = seededRandom(7);

let receiver: WebhookReceiver;
let install: Install;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  install = await start();
  const endpoint = await change(install, 'developer', 'createEndpoint', { name: 'eta' }, '{ endpoint { id } }');
  const place = { endpoint: endpoint.endpoint.id, environment: 'production' };
  const { eventCursor } = await change(install, 'developer', 'createDeployment', place, '{ eventCursor }');
  const rule = { name: 'first', ...CHANGES.createAlertRule, after: eventCursor };
  await change(install, 'developer', 'createAlertRule', rule, '{ eventCursor }');
}, 90_000);
afterAll(async () => {
  await install?.stop();
  await receiver.close();
});

const start = (dataDir?: string): Promise<Install> =>
  startInstall({
    ...(dataDir !== undefined && { dataDir }),
    env: { TIFFIN_EDGE: 'false', TIFFIN_WEBHOOK_ALLOWED_HOSTS: '127.0.0.1', TIFFIN_CHECKPOINT_SECONDS: '1' },
  });

/** One change in each subgraph; the input without its name. */
const CHANGES = {
  defineEntity: { joinKeys: [{ name: 'id', dtype: 'STRING' }] },
  createEndpoint: {},
  createExperiment: {
    hypothesis: 'later is better',
    deployment: 'tiffin:default:deployment:eta@production',
    arms: [
      { name: 'control', release: 'tiffin:default:release:eta@production/1', share: 0.5 },
      { name: 'candidate', release: 'tiffin:default:release:eta@production/2', share: 0.5 },
    ],
    unit: 'user',
    baseline: 0.5,
    mde: 0.4,
  },
  createAlertRule: {
    deployment: 'tiffin:default:deployment:eta@production',
    signal: 'ANSWER_RATE',
    comparison: 'BELOW',
    threshold: 0.9,
    windowSeconds: 300,
    evaluation: 'ON_DEMAND',
  },
};
const NOUNS: Record<keyof typeof CHANGES, string> = {
  defineEntity: 'entity',
  createEndpoint: 'endpoint',
  createExperiment: 'experiment',
  createAlertRule: 'rule',
};

/** Makes one thing after another until the install dies; answers the ids of what it was told is there. */
async function makeThings(on: Install, name: keyof typeof CHANGES, round: number): Promise<string[]> {
  const made: string[] = [];
  const input = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  for (let n = 0; ; n++) {
    try {
      const query = `mutation ($input: ${input}!) { made: ${name}(input: $input) { thing: ${NOUNS[name]} { id } } }`;
      const answer = await on.graphql(query, { input: { name: `r${round}n${n}`, ...CHANGES[name] } });
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      made.push(answer.data.made.thing.id);
    } catch (error) {
      if (error instanceof TypeError) return made; // the connection is gone
      throw error;
    }
  }
}

it('is told of everything that was acknowledged in any subgraph, though the control plane is killed at any time', async () => {
  const create = 'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } } }';
  const { webhook } = await ask(install, 'admin', create, { input: { url: receiver.url } });
  receiver.otherwise = () => (random() < 0.3 ? 503 : 204);
  const acknowledged: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    const names = Object.keys(CHANGES) as (keyof typeof CHANGES)[];
    const making = names.map((name) => makeThings(install, name, round));
    await sleep(300 + random() * 1_500);
    await install.kill();
    acknowledged.push(...(await Promise.all(making)).flat());
    install = await start(install.dataDir);
  }
  receiver.otherwise = () => 204;
  expect(new Set(acknowledged.map((id) => id.split(':')[2]))).toEqual(
    new Set(['entity', 'endpoint', 'experiment', 'alert-rule']),
  );
  const pending = `query ($id: ID!) { webhook(id: $id) { deliveries(state: PENDING) { edges { node { subject } } } } }`;
  await vi.waitFor(
    async () => {
      const told = new Set(receiver.received.map(({ body }) => JSON.parse(body).data.urn));
      expect(acknowledged.filter((urn) => !told.has(urn))).toEqual([]);
      expect((await ask(install, 'admin', pending, { id: webhook.id })).deliveries.edges).toEqual([]);
    },
    { timeout: 120_000, interval: 500 },
  );
  // What was sent twice was sent under one id: a receiver that keeps the ids sees everything once.
  const idsOf = Map.groupBy(receiver.received, ({ body }) => {
    const { urn, revision } = JSON.parse(body).data;
    return `${urn} ${revision}`;
  });
  for (const [what, all] of idsOf) expect(new Set(all.map(({ headers }) => headers['webhook-id'])).size, what).toBe(1);
}, 300_000);

it('has whole audit chains of all four subgraphs afterwards, and checkpoints that say so', async () => {
  const verify = `{ verifyAudit { ok why checkpoints { ok count } chains { subgraph state checked checkpointedTo } } }`;
  const take = 'mutation { createAuditCheckpoint { heads { subgraph } unreachable } }';
  expect(await ask(install, 'developer', take)).toMatchObject({ heads: { length: 4 }, unreachable: [] });
  const verdict = await ask(install, 'viewer', verify);
  expect(verdict).toMatchObject({ ok: true, why: null, checkpoints: { ok: true } });
  expect(verdict.chains).toHaveLength(4);
  for (const chain of verdict.chains) {
    expect(chain).toMatchObject({ state: 'WHOLE', checkpointedTo: chain.checked });
    expect(chain.checked).toBeGreaterThan(0);
  }
  const exported = await install.call(`${install.graphUrl}/v1/audit/records`);
  const lines = (await exported.text()).trim().split('\n');
  expect(lines).toHaveLength(verdict.chains.reduce((sum: number, { checked }: any) => sum + checked, 0));
});
