import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, hasChromium } from '../support/browser.ts';
import { EdgePage } from '../support/edge-page.ts';
import { startInstall, type OneProcessInstall } from '../support/install.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, ask, change, eventually, predict, released } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DEVICE_KEY = 'tfn_public_key_of_a_web_page';
const INPUTS = Array.from({ length: 40 }, (_, i) => ({ distance: i / 7, delay: Math.sin(i) * 3 }));

/** A model in a browser's service worker, from its release to its records, with the network and without. */
describe.runIf(hasChromium())('a model in a browser', { timeout: 120_000 }, () => {
  const profile = temporaryFolder('profile');
  let install: OneProcessInstall;
  let site: EdgePage;
  let context: BrowserContext | undefined;
  let page: Page;
  let deployment: string;
  const answered: string[] = [];

  beforeAll(async () => {
    spawnSync(process.execPath, ['dist/packages/edge/build.js']);
    const dataDir = temporaryFolder('install');
    mkdirSync(join(dataDir, 'secrets'), { recursive: true });
    const sha256 = createHash('sha256').update(DEVICE_KEY).digest('hex');
    const scopes = ['edge:deliver', 'monitoring:ingest'];
    const key = { id: 'web', sha256, scopes, project: 'default', trust: 'device' };
    writeFileSync(join(dataDir, 'secrets', 'keys.json'), JSON.stringify([key]));
    install = await startInstall({ dataDir, env: { TIFFIN_EDGE_POLL_MS: '100' } });
  }, 90_000);
  afterAll(async () => {
    await context?.close();
    await site?.stop();
    await install?.stop();
  });

  async function open(): Promise<void> {
    context = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await context.newPage();
    await page.goto(site.url);
    await page.waitForFunction('window.createClient');
    await page.evaluate(`window.edge = createClient({ mode: 'localModelUpdateInBackground' })`);
  }

  const inPage = async (input: object): Promise<any> => {
    const answer: any = await page.evaluate(`edge.predict('lateness', ${JSON.stringify({ inputs: input })})`);
    answered.push(answer.id);
    return answer;
  };
  const status = (question = 'status'): Promise<any> => page.evaluate(`edge.${question}()`);

  it('is released to the audience of the page', async () => {
    const { endpoint } = await change(
      install,
      'developer',
      'createEndpoint',
      { name: 'lateness' },
      '{ endpoint { id } }',
    );
    const place = { endpoint: endpoint.id, environment: 'production', audiences: ['web'] };
    deployment = (await change(install, 'developer', 'createDeployment', place, '{ deployment { id } }')).deployment.id;
    const model = logisticModel({ features: 2, weights: [-2, 3], bias: 0.5 });
    const version = await approvedVersion(install, model, { model: 'lateness' });
    const recipe = {
      inputs: ['distance', 'delay'].map((name) => ({ name, dtype: 'FLOAT64' })),
      models: [
        { version, inputs: [{ tensor: 'features', columns: ['distance', 'delay'] }], score: { tensor: 'score' } },
      ],
      output: { decision: { threshold: 0.5, above: 'LATE', below: 'ON_TIME' } },
    };
    const release = await released(install, { deployment, recipe });
    const promoted = { deployment, release: release.id, reason: 'to phones' };
    await change(install, 'developer', 'promoteRelease', promoted, '{ applied }');
    await eventually(async () => expect((await predict(install, 'lateness', { inputs: INPUTS[0]! })).status).toBe(200));
    const trustedKeys = JSON.parse(readFileSync(join(install.dataDir, 'secrets', 'trusted-keys.json'), 'utf8'));
    site = new EdgePage({ controlUrl: install.graphUrl, key: DEVICE_KEY, trustedKeys, audience: 'web' });
    await site.start();
  });

  it('answers in the page to the last bit as the server does', async () => {
    await open();
    for (const inputs of INPUTS) {
      const own = await inPage(inputs);
      const { body } = await predict(install, 'lateness', { inputs });
      expect(own).toMatchObject({ source: 'local', score: body.score, decision: body.decision, release: body.release });
    }
  });

  it('ships its records, which count as those of a device', async () => {
    await eventually(async () =>
      expect((await status('flush')).account).toMatchObject({ queued: 0, acked: INPUTS.length }),
    );
    const query = 'query ($id: ID!) { prediction(id: $id) { trust } }';
    await eventually(async () => {
      expect(await ask(install, 'viewer', query, { id: answered.at(-1) })).toMatchObject({ trust: 'DEVICE' });
    });
  });

  it('answers without any network, also after the browser was closed and opened again', async () => {
    await site.stop();
    await install.kill();
    for (const inputs of INPUTS) await inPage(inputs);
    await context?.close();
    await open();
    for (const inputs of INPUTS) expect(await inPage(inputs)).toMatchObject({ source: 'local' });
    const { account, waiting, revision } = await status();
    expect(revision).toBeGreaterThan(0);
    expect(waiting).toBe(2 * INPUTS.length);
    expect(account).toMatchObject({ answered: 3 * INPUTS.length, queued: 2 * INPUTS.length, dropped: {} });
  });

  it('has every answer stored once the network is back, each of them once', async () => {
    install = await install.again();
    await site.start();
    await eventually(async () => {
      expect(await status('flush')).toMatchObject({ waiting: 0, account: { acked: 3 * INPUTS.length } });
    });
    const stored = new Set<string>();
    await eventually(async () => {
      const query = `query ($deployment: ID!, $after: String) { predictions(deployment: $deployment, trust: DEVICE, first: 100, after: $after) {
        edges { node { id } } pageInfo { hasNextPage endCursor } } }`;
      for (let after: string | null = null, more = true; more;) {
        const predictions = await ask(install, 'viewer', query, { deployment, after });
        for (const { node } of predictions.edges) stored.add(node.id.split(':').at(-1));
        ({ hasNextPage: more, endCursor: after } = predictions.pageInfo);
      }
      expect(stored).toEqual(new Set(answered));
    });
    expect(new Set(answered).size).toBe(3 * INPUTS.length);
  });

  it('follows a new release, and tells the page', async () => {
    await page.evaluate('void (window.told = new Promise((resolve) => edge.onUpdate(resolve)))');
    const kill = 'mutation ($input: ReasonedTrafficInput!) { killDeployment(input: $input) { applied } }';
    await ask(install, 'developer', kill, { input: { deployment, reason: 'a drill' } });
    await eventually(async () => {
      await page.evaluate(`edge.status()`);
      await page.evaluate(`navigator.serviceWorker.controller.postMessage('refresh', [new MessageChannel().port2])`);
      const problem = await page.evaluate(
        `edge.predict('lateness', { inputs: { distance: 1, delay: 1 } }).then(() => null, ({ code, status }) => ({ code, status }))`,
      );
      expect(problem).toEqual({ code: 'UNAVAILABLE', status: 503 });
    });
    expect(await page.evaluate('told')).toBeGreaterThan(0);
  });
});
