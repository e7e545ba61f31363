import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser } from '../support/browser.ts';
import { commandLine } from '../support/command-line.ts';
import type { OneProcessInstall } from '../support/install.ts';
import { deploymentForPages, installForPages, liveForPages, PAGE_KEY, pageFor } from '../support/model-for-pages.ts';
import { EmptyFolder } from '../support/packed.ts';
import { predict } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CONSUMER = `import { createClient, EdgeProblem, type NodeStatus, type Prediction } from '@tiffin/edge';
import { startEdgeWorker, type BrowserNodeOptions } from '@tiffin/edge/worker';
import { TiffinWebProvider, type FlagEndpoints } from '@tiffin/openfeature/web';
import { TiffinProvider, usePrediction } from '@tiffin/react';
const edge = createClient({ url: 'https://edge.example', key: 'k', retries: 1 });
export async function late(distance: number): Promise<boolean> {
  const { score, decision, reasons }: Prediction = await edge.predict('e', { inputs: { distance }, reasons: 3 });
  const top: number | undefined = reasons?.top[0]?.contribution;
  return decision === 'LATE' && (score ?? 0) > 0.5 && top !== undefined;
}
// @ts-expect-error a distance is no list
export const wrong = () => edge.predict('e', { inputs: { distance: [1] } });
export const status: Promise<NodeStatus | null> = edge.status();
export const start = (options: BrowserNodeOptions): void => startEdgeWorker(options);
export const isField = (error: unknown): boolean => error instanceof EdgeProblem && error.field === 'distance';
export const parts = [TiffinProvider, usePrediction];
const endpoints: FlagEndpoints = { e: { unit: 'user', inputs: ['distance'] } };
export const provider = new TiffinWebProvider({ client: edge, endpoints });
`;

const SERVER_CONSUMER = `import { OpenFeature } from '@openfeature/server-sdk';
import { createClient } from '@tiffin/edge';
import { TiffinServerProvider } from '@tiffin/openfeature/server';
const client = createClient({ url: 'https://edge.example', key: 'k' });
await OpenFeature.setProviderAndWait(new TiffinServerProvider({ client, endpoints: { e: { inputs: ['distance'] } } }));
// @ts-expect-error inputs are named in a list
export const wrong = new TiffinServerProvider({ client, endpoints: { e: { inputs: 'distance' } } });
`;

const TYPED = `import { createClient } from '@tiffin/edge';
import type { LatenessInput } from './endpoints.js';
const edge = createClient({ url: 'https://edge.example', key: 'k' });
const input: LatenessInput = { inputs: { distance: 1, delay: 2 }, reasons: 1 };
const answer = await edge.predict('lateness', input);
export const late: boolean = answer.decision === 'LATE' && (answer.score ?? 0) > 0.5;
// @ts-expect-error no answer says so
export const early = answer.decision === 'EARLY';
// @ts-expect-error an input is missing
export const less = () => edge.predict('lateness', { inputs: { distance: 1 } });
// @ts-expect-error there is no such input
export const more = () => edge.predict('lateness', { inputs: { distance: 1, delay: 2, colour: 'red' } });
export const [first] = await edge.predictMany('lateness', [input]);
// One of which nothing is known is asked as before.
export const other = (await edge.predict('another', { inputs: { colour: 'red' } })).decision?.length;
`;

const ON_SERVER = `import { createClient } from '@tiffin/edge';
import { TiffinProvider, usePrediction } from '@tiffin/react';
import { TiffinServerProvider } from '@tiffin/openfeature/server';
import { TiffinWebProvider } from '@tiffin/openfeature/web';
import { OpenFeature as Server } from '@openfeature/server-sdk';
import { OpenFeature as Web } from '@openfeature/web-sdk';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
const client = createClient({ url: process.env.EDGE, key: process.env.KEY });
const answer = await client.predict('lateness', { inputs: { distance: 1, delay: 2 } });
const problem = await client.predict('lateness', { inputs: { distance: 'far', delay: 2 } }).catch(({ name, code, field }) => ({ name, code, field }));
function Lateness() {
  const { isPending } = usePrediction('lateness', { inputs: { distance: 1, delay: 2 } });
  return isPending ? 'pending' : 'asked';
}
const html = renderToString(createElement(TiffinProvider, { client }, createElement(Lateness)));
const endpoints = { lateness: { inputs: ['distance', 'delay'] } };
await Server.setProviderAndWait(new TiffinServerProvider({ client, endpoints }));
await Web.setProviderAndWait(new TiffinWebProvider({ client, endpoints }), { distance: 1, delay: 2 });
const flags = [
  await Server.getClient().getNumberDetails('lateness', -1, { distance: 1, delay: 2 }),
  Web.getClient().getNumberDetails('lateness', -1),
  await Server.getClient().getNumberDetails('lateness', -1, { distance: 'far', delay: 2 }),
].map(({ value, reason, errorCode }) => [value, reason, errorCode ?? null]);
console.log(JSON.stringify({ answer, problem, html, flags }));
`;

const IN_PAGE = `import { createClient } from '@tiffin/edge';
import { TiffinProvider, useNodeStatus, usePrediction } from '@tiffin/react';
import { createElement as h, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
const client = createClient({ mode: 'localModel' });
function Lateness() {
  const [distance, setDistance] = useState(1);
  const { prediction, problem, isPending, again } = usePrediction('lateness', { inputs: { distance, delay: 2 } });
  const status = useNodeStatus(100);
  return h('div', null,
    h('output', { id: 'score' }, problem ? problem.code : isPending ? '' : String(prediction.score)),
    h('output', { id: 'id' }, prediction?.id ?? ''),
    h('output', { id: 'answered' }, status ? String(status.account.answered) : ''),
    h('button', { id: 'farther', onClick: () => setDistance(distance + 1) }),
    h('button', { id: 'wrong', onClick: () => setDistance('far') }),
    h('button', { id: 'again', onClick: again }));
}
createRoot(document.body).render(h(StrictMode, null, h(TiffinProvider, { client }, h(Lateness))));
`;

/** The packages as somebody has them who installs them, and nothing else of this project. */
describe('the packages for apps', { timeout: 120_000 }, () => {
  let app: EmptyFolder;
  let install: OneProcessInstall;

  beforeAll(async () => {
    const built = temporaryFolder('packages');
    for (const name of ['edge', 'react', 'openfeature']) {
      const script = [`dist/packages/${name}/build.js`, '--types', `--out=${join(built, name)}`];
      const { status, stderr } = spawnSync(process.execPath, script, { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    }
    app = new EmptyFolder();
    app.install(['edge', 'react', 'openfeature'].map((name) => join(built, name)));
    for (const name of ['react', 'react-dom', 'scheduler', '@types/react', 'csstype', '@types/node']) app.link(name);
    for (const name of ['core', 'server-sdk', 'web-sdk']) app.link(`@openfeature/${name}`);
    install = await installForPages();
    await liveForPages(install, await deploymentForPages(install), 0.5);
  }, 400_000);
  afterAll(() => install?.stop());

  it.each([
    // The builds of packages hold their own sizes.
    [resolve('dist/examples/flights/page/app.js'), 32],
  ])('keep %s below %i KB, packed', (file, most) => {
    expect(gzipSync(readFileSync(resolve(app.path, file)), { level: 9 }).length / 1024).toBeLessThan(most);
  });

  it('bring types with which a strict project compiles, and mistakes do not', () => {
    app.write('consumer.ts', CONSUMER);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom'];
    app.run(resolve('node_modules/.bin/tsc'), [...options, '--types', '', 'consumer.ts']);
    // OpenFeature's own types for servers are for Node.
    app.write('server-consumer.ts', SERVER_CONSUMER);
    app.run(resolve('node_modules/.bin/tsc'), [...options, '--types', 'node', 'server-consumer.ts']);
  });

  it('know the inputs and decisions of an endpoint where `tiffin typegen` has written them down', async () => {
    const tiffin = commandLine();
    const env = { TIFFIN_GRAPH_URL: install.graphUrl, TIFFIN_USER: 'viewer' };
    const { code, out, err } = await tiffin(['typegen', '--endpoint', 'lateness'], { env });
    expect(code, err).toBe(0);
    expect((await tiffin(['typegen', '--endpoint', 'lateness', '--endpoint', 'lateness'], { env })).out).toBe(out);
    app.write('endpoints.ts', out);
    app.write('typed.ts', TYPED);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom'];
    app.run(resolve('node_modules/.bin/tsc'), [...options, '--types', '', 'typed.ts']);
    expect(await tiffin(['typegen', '--endpoint', 'nobody'], { env })).toMatchObject({
      code: 4,
      out: '',
      err: expect.stringContaining('--endpoint: there is no deployment nobody@production'),
    });
  });

  it('ask an edge from Node, and render on a server', async () => {
    app.write('server.js', ON_SERVER);
    const env = { EDGE: install.edgeUrl, KEY: PAGE_KEY };
    const { answer, problem, html, flags } = JSON.parse(app.run(process.execPath, ['server.js'], env));
    const { body } = await predict(install, 'lateness', { inputs: { distance: 1, delay: 2 } });
    expect(answer).toMatchObject({ source: 'remote', score: body.score, release: body.release });
    expect(problem).toEqual({ name: 'EdgeProblem', code: 'INVALID_INPUT', field: 'distance' });
    expect(html).toBe('pending');
    expect(flags).toEqual([
      [body.score, 'TARGETING_MATCH', null],
      [body.score, 'TARGETING_MATCH', null],
      [-1, 'ERROR', 'INVALID_CONTEXT'],
    ]);
  });

  it.runIf(hasChromium())(
    'ask once for each input in React, also in strict mode, by the model in the page',
    async () => {
      app.write('page.js', IN_PAGE);
      await build({
        entryPoints: [join(app.path, 'page.js')],
        outfile: join(app.path, 'bundle.js'),
        bundle: true,
        format: 'esm',
        define: { 'process.env.NODE_ENV': '"development"' },
      });
      const site = pageFor(install);
      site.serve('/react', '<!doctype html><body><script type="module" src="/react.js"></script>');
      site.serve('/react.js', readFileSync(join(app.path, 'bundle.js'), 'utf8'));
      await site.start();
      const page = await (await launchBrowser()).newPage();
      await page.goto(`${site.url}react`);
      const shows = (id: string, text: string | RegExp) =>
        page.locator(`#${id}`, { hasText: text }).waitFor({ state: 'attached', timeout: 60_000 });
      const scoreOf = async (distance: number): Promise<string> =>
        String((await predict(install, 'lateness', { inputs: { distance, delay: 2 } })).body.score);
      await shows('score', await scoreOf(1));
      await shows('answered', '1');
      await page.evaluate(`document.querySelector('#farther').click()`);
      await shows('score', await scoreOf(2));
      const first = await page.locator('#id').textContent();
      await page.evaluate(`document.querySelector('#again').click()`);
      await page.waitForFunction(`!['', '${first}'].includes(document.querySelector('#id').textContent)`);
      await page.evaluate(`document.querySelector('#wrong').click()`);
      await shows('score', 'INVALID_INPUT');
      await shows('answered', /^3$/);
      await site.stop();
    },
  );
});
