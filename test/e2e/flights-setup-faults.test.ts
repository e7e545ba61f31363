import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prepareData } from '../../examples/flights/data/prepare.ts';
import { DEPLOYMENT } from '../../examples/flights/names.ts';
import { runFlights } from '../support/example-client.ts';
import { freePort, startInstall, type Install } from '../support/install.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { ask } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bareEnvironment } from '../support/bare-environment.ts';

/** All that a set-up makes, counted. */
const MADE = `query ($id: ID!) { deployment(id: $id) {
  live { number modelVersions { tags } }
  releases(first: 50) { edges { node { modelVersions { id } } } }
  experiments(first: 50) { edges { node { name status } } } } }`;
const VERSIONS = `query ($id: ID!) { model(id: $id) { versions(first: 50) { edges { node { state } } } } }`;
const RULES = `query ($id: ID!) { alertRules(deployment: $id, first: 50) { edges { node { name } } } }`;
const LOADS = '{ materializations(first: 50) { edges { node { state rowsWritten } } } }';

const nodes = ({ edges }: any): any[] => edges.map(({ node }: any) => node);

describe('a set-up that is killed', { timeout: 180_000 }, () => {
  let install: Install;
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder('flights');
    install = await startInstall({ env: { TIFFIN_SOURCE_DIRS: tmpdir() } });
    // What takes longest is not what can go wrong.
    await prepareData(folder, () => {}, '2001-02-08');
  }, 150_000);
  afterAll(async () => {
    await install?.stop();
  });

  it('goes on where it stood, however often, and leaves one of each', async () => {
    const next = seededRandom(7);
    let killed = 0;
    for (let steps = 1; steps <= 6; steps++) {
      const run = runFlights(install, folder, 'setup');
      // Some way into the step after so many.
      const reached = (): boolean => run.process.exitCode !== null || run.said().split('\n').length > steps;
      await vi.waitFor(() => expect(reached()).toBe(true), { timeout: 60_000, interval: 10 });
      await new Promise((resolve) => setTimeout(resolve, 600 * next()));
      run.process.kill('SIGKILL');
      const { code, text } = await run.end;
      expect(code ?? 0, text).toBe(0);
      if (code === null) killed++;
    }
    expect(killed, 'the kills came too late').toBeGreaterThan(2);
    const { code, text } = await runFlights(install, folder, 'setup').end;
    expect(code, text).toBe(0);

    const made = await ask(install, 'viewer', MADE, { id: DEPLOYMENT });
    expect(made.live).toEqual({ number: 1, modelVersions: [{ tags: ['champion'] }] });
    expect(nodes(made.releases)).toHaveLength(2);
    expect(nodes(made.experiments)).toEqual([{ name: 'trees-or-logistic', status: 'RUNNING' }]);
    expect(nodes(await ask(install, 'viewer', RULES, { id: DEPLOYMENT }))).toHaveLength(3);
    const loads = nodes(await ask(install, 'viewer', LOADS));
    expect(loads.filter(({ rowsWritten }) => rowsWritten > 0)).toHaveLength(2);
    for (const model of ['flight-delay', 'flight-delay-logistic']) {
      const { versions } = await ask(install, 'viewer', VERSIONS, { id: `tiffin:default:model:${model}` });
      expect(nodes(versions).filter(({ state }) => state === 'APPROVED')).toHaveLength(1);
    }
  });

  it('says what to do when the servers are away', async () => {
    const nobody = { ...install, graphUrl: `http://127.0.0.1:${await freePort()}` };
    const { code, text } = await runFlights(nobody, folder, 'setup').end;
    expect(code).toBe(1);
    expect(text).toMatch(/does not answer.*Do the servers run\? "npm start" starts them/);
  });

  it('says that there is nothing to challenge before a champion', async () => {
    const other = await startInstall();
    try {
      const { code, text } = await runFlights(other, folder, 'challenger').end;
      expect({ code, text }).toEqual({
        code: 1,
        text: 'there is no champion to challenge yet: npm run flights -- setup\n',
      });
    } finally {
      await other.stop();
    }
  });
});

it(
  'keeps the servers up when the example cannot be set up, and says how to try again',
  { timeout: 120_000 },
  async () => {
    const dataDir = temporaryFolder('install');
    writeFileSync(join(dataDir, 'examples'), 'in the way');
    const install = await startInstall({ dataDir, env: { TIFFIN_EXAMPLE: 'true' }, readyMs: 100_000 });
    try {
      expect(install.output()).toMatch(/The example flights is not set up; all else runs\. Again: npm run flights -- /);
      expect(install.output()).toContain('Tiffin is ready');
      expect((await install.graphql('{ __typename }')).data).toEqual({ __typename: 'Query' });
    } finally {
      expect(await install.stop()).toBe(0);
    }
  },
);

it('stops everything, the set-up too, when Ctrl-C comes in between', { timeout: 120_000 }, async () => {
  const dataDir = temporaryFolder('install');
  const [port, edgePort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: { ...bareEnvironment(), PORT: `${port}`, EDGE_PORT: `${edgePort}`, TIFFIN_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  // `close`: nobody holds its output any more, so no child of it is left.
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  await vi.waitFor(() => expect(text).toContain('flights before 2001-02-08'), { timeout: 90_000, interval: 50 });
  child.kill('SIGINT');
  expect(await closed, text).toBe(0);
  expect(text).not.toContain('Tiffin is ready');
  for (const url of [`http://127.0.0.1:${port}/livez`, `http://127.0.0.1:${edgePort}/livez`]) {
    await expect(fetch(url)).rejects.toThrow();
  }
});
