import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, hasChromium } from '../support/browser.ts';
import { EdgePage } from '../support/edge-page.ts';
import { startInstall, type OneProcessInstall } from '../support/install.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, change, eventually, predict, released, writeParquet } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DEVICE_KEY = 'tfn_public_key_of_a_web_page';
const SERVICE = 'tiffin:default:feature-service:delay@1';
const FEATURE = 'airport_delay__late_share';
/** On a busy machine too. */
const PATIENCE_MS = 60_000;

/** Features of chosen entities, from a Parquet file to an answer while the whole control plane is gone. */
describe('a feature snapshot', { timeout: 240_000 }, () => {
  let install: OneProcessInstall;
  let site: EdgePage;
  let context: BrowserContext | undefined;
  let page: Page;

  beforeAll(async () => {
    const dataDir = temporaryFolder('install');
    mkdirSync(join(dataDir, 'secrets'), { recursive: true });
    const sha256 = createHash('sha256').update(DEVICE_KEY).digest('hex');
    const key = {
      id: 'web',
      sha256,
      scopes: ['edge:deliver', 'monitoring:ingest'],
      project: 'default',
      trust: 'device',
    };
    writeFileSync(join(dataDir, 'secrets', 'keys.json'), JSON.stringify([key]));
    const env = { TIFFIN_SOURCE_DIRS: tmpdir(), TIFFIN_EDGE_POLL_MS: '100', TIFFIN_EDGE_FEATURE_KEEP_MS: '0' };
    install = await startInstall({ dataDir, env });
  }, 180_000);
  afterAll(async () => {
    await context?.close();
    await site?.stop();
    await install?.stop();
  });
  const make = (name: string, input: object, fields: string): Promise<any> =>
    change(install, 'developer', name, input, fields);
  const used = async (origin: string): Promise<any> =>
    (await predict(install, 'delay', { inputs: { origin } })).body.features?.[FEATURE];

  it('is set on a deployment that reads features, for nodes and for the audience of a page', async () => {
    const path = join(install.dataDir, 'airports.parquet');
    const rows = ['SEA', 'JFK'].map(
      (code, i) => `('${code}', now() - interval 1 hour, now() - interval 1 hour, ${i + 1}::double)`,
    );
    await writeParquet(path, `select * from (values ${rows.join(', ')}) t(airport, happened, created, late_share)`);
    await make(
      'defineEntity',
      { name: 'airport', joinKeys: [{ name: 'airport', dtype: 'STRING' }] },
      '{ eventCursor }',
    );
    const source = { name: 'airports', path, eventColumn: 'happened', createdColumn: 'created' };
    await make('defineSource', source, '{ eventCursor }');
    const view = { name: 'airport_delay', entity: 'airport', source: 'airports', ttlSeconds: 86_400 };
    await make('defineFeatureView', { ...view, features: [{ name: 'late_share' }] }, '{ eventCursor }');
    const service = { name: 'delay', views: [{ view: 'airport_delay' }] };
    const { eventCursor: after } = await make('defineFeatureService', service, '{ eventCursor }');
    await make('materialize', { view: 'airport_delay', waitMs: 20_000 }, '{ materialization { state } }');
    const version = await approvedVersion(install, logisticModel({ features: 1, weights: [1], bias: 0 }), {
      model: 'delay',
    });
    await make('createEndpoint', { name: 'delay' }, '{ endpoint { id } }');
    const place = { endpoint: 'delay', environment: 'production', audiences: ['web'] };
    const { deployment } = await make('createDeployment', place, '{ deployment { id } }');
    const recipe = {
      inputs: [{ name: 'origin', dtype: 'STRING' }],
      entities: [{ joinKey: 'airport', input: 'origin' }],
      features: { service: SERVICE },
      models: [{ version, inputs: [{ tensor: 'features', columns: [FEATURE] }], score: { tensor: 'score' } }],
      output: { decision: { threshold: 0.5, above: 'LATE', below: 'ON_TIME' } },
      budgets: { featuresMs: 5_000, totalMs: 10_000 },
    };
    const { id } = await released(install, { deployment: deployment.id, recipe, after });
    await make('promoteRelease', { deployment: deployment.id, release: id, reason: 'the first' }, '{ applied }');
    const { featureSnapshot } = await make(
      'setFeatureSnapshot',
      { deployment: deployment.id, entities: [{ airport: 'SEA' }], audiences: ['web'] },
      '{ featureSnapshot { entityCount problem readings { service } } }',
    );
    expect(featureSnapshot).toEqual({ entityCount: 1, problem: null, readings: [{ service: SERVICE }] });
    await eventually(async () => expect(await used('SEA')).toMatchObject({ value: 1, source: 'STORE' }), PATIENCE_MS);
  });

  it.runIf(hasChromium())('answers in a browser that may not read the store, and without any network', async () => {
    spawnSync(process.execPath, ['dist/packages/edge/build.js']);
    const trustedKeys = JSON.parse(readFileSync(join(install.dataDir, 'secrets', 'trusted-keys.json'), 'utf8'));
    site = new EdgePage({ controlUrl: install.graphUrl, key: DEVICE_KEY, trustedKeys, audience: 'web' });
    await site.start();
    const profile = temporaryFolder('profile');
    context = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await context.newPage();
    await page.goto(site.url);
    await page.waitForFunction('window.createClient');
    await page.evaluate(`window.edge = createClient({ mode: 'localModelUpdateInBackground' })`);
    await eventually(
      async () => expect(await inPage('SEA')).toMatchObject({ value: 1, source: 'SNAPSHOT' }),
      PATIENCE_MS,
    );
  });
  const inPage = async (origin: string): Promise<any> => {
    const question = `edge.predict('delay', ${JSON.stringify({ inputs: { origin } })}).catch(({ code }) => ({ code }))`;
    const answer: any = await page.evaluate(question);
    return answer.features?.[FEATURE] ?? answer;
  };

  it('answers on a server and in the page with the control plane, its feature server and its store killed', async () => {
    await site?.stop();
    await install.kill();
    expect(await used('SEA')).toMatchObject({ value: 1, status: 'PRESENT', source: 'SNAPSHOT' });
    const { status, body } = await predict(install, 'delay', { inputs: { origin: 'JFK' } });
    expect([status, body.cause]).toEqual([503, 'FEATURES_UNAVAILABLE']);
    if (hasChromium()) {
      expect(await inPage('SEA')).toMatchObject({ value: 1, status: 'PRESENT', source: 'SNAPSHOT' });
    }
  });

  it('gives way to the store once that is back', async () => {
    install = await install.again();
    await eventually(async () => expect(await used('SEA')).toMatchObject({ value: 1, source: 'STORE' }), PATIENCE_MS);
  });
});
