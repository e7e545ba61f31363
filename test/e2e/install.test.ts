import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { processInfo } from '../../subgraphs/shared/process/process-info.ts';
import { freePort, startInstall, type InstallOptions, type OneProcessInstall } from '../support/install.ts';

const running: OneProcessInstall[] = [];
async function start(options?: InstallOptions): Promise<OneProcessInstall> {
  const install = await startInstall(options);
  running.push(install);
  return install;
}
afterEach(async () => {
  for (const install of running.splice(0)) await install.stop();
});

const postmasterPid = ({ dataDir }: OneProcessInstall): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

const portsOf = ({ graphUrl, edgeUrl }: OneProcessInstall): [number, number] => [
  Number(new URL(graphUrl).port),
  Number(new URL(edgeUrl).port),
];

const defineEntity = (install: OneProcessInstall, name: string) =>
  install.graphql('mutation ($input: DefineEntityInput!) { defineEntity(input: $input) { entity { id } } }', {
    input: { name, description: 'an airport', joinKeys: [{ name: 'code', dtype: 'STRING' }] },
  });

/** Runs a second start to its end and gives its exit code and what it said. */
function startAndFail(env: Record<string, string>): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, text: stdout + stderr };
}

it(
  'greets in at most ten lines, serves the graph and GraphiQL, and stops without a trace',
  { timeout: 90_000 },
  async () => {
    const install = await start();
    expect(install.output().trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    expect(await install.graphql('{ entities(first: 1) { edges { node { id } } } }')).toEqual({
      data: { entities: { edges: [] } },
    });
    const page = await (await fetch(`${install.graphUrl}/graphiql`)).text();
    expect(page).toContain('graphiql');
    expect(page).not.toMatch(/<script[^>]+src="https?:/);
    expect((await fetch(`${install.edgeUrl}/v2/health/live`)).status).toBe(200);

    const postgres = postmasterPid(install);
    expect(await install.stop()).toBe(0);
    expect(processInfo(postgres)).toBeUndefined();
    await expect(fetch(`${install.edgeUrl}/v2/health/live`)).rejects.toThrow();
  },
);

it(
  'keeps what was acknowledged when it is killed, and takes up its orphans at the next start',
  { timeout: 120_000 },
  async () => {
    const first = await start();
    expect((await defineEntity(first, 'airport')).errors).toBeUndefined();
    const postgres = postmasterPid(first);
    await first.kill();
    expect(processInfo(postgres)).toBeDefined();

    const second = await start({ dataDir: first.dataDir, ports: portsOf(first) });
    expect(postmasterPid(second)).toBe(postgres);
    const { data } = await second.graphql('{ entities(first: 5) { edges { node { name } } } }');
    expect(data).toEqual({ entities: { edges: [{ node: { name: 'airport' } }] } });
    await second.stop();
    expect(processInfo(postgres)).toBeUndefined();
  },
);

it('says where the first one runs when it is started twice, and leaves it alone', { timeout: 90_000 }, async () => {
  const install = await start();
  const { status, text } = startAndFail({ TIFFIN_DATA_DIR: install.dataDir, PORT: '0', TIFFIN_EDGE: 'false' });
  expect(status).toBe(1);
  expect(text).toContain(`already running: process ${install.pid}`);
  expect((await install.graphql('{ __typename }')).data).toEqual({ __typename: 'Query' });
});

it('names the port that is taken', { timeout: 90_000 }, async () => {
  const port = await freePort();
  const holder = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void holder.close());
  const install = await start();
  await install.stop();
  const { status, text } = startAndFail({ TIFFIN_DATA_DIR: install.dataDir, PORT: String(port), TIFFIN_EDGE: 'false' });
  expect(status).toBe(1);
  expect(text).toContain(`port ${port} on 127.0.0.1 is taken`);
});

it('refuses to run in production with nobody to log in', () => {
  const { status, text } = startAndFail({ MODE: 'production', TIFFIN_DATA_DIR: '/nowhere/tiffin' });
  expect(status).toBe(1);
  expect(text).toMatch(/OIDC_ISSUER: production needs an issuer of tokens, or TIFFIN_BOOTSTRAP_SECRET/);
});
