import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { processInfo } from '../../install/process/process-info.ts';
import { freePort, startInstall, type InstallOptions, type OneProcessInstall } from '../support/install.ts';
import { runToEnd } from '../support/part.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

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
  const { code, said } = await runToEnd('dist/main.js', {
    TIFFIN_DATA_DIR: install.dataDir,
    PORT: '0',
    TIFFIN_EDGE: 'false',
  });
  expect(code).toBe(1);
  expect(said).toContain(`already running: process ${install.pid}`);
  expect((await install.graphql('{ __typename }')).data).toEqual({ __typename: 'Query' });
});

it('names the port that is taken', { timeout: 90_000 }, async () => {
  const port = await freePort();
  const holder = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void holder.close());
  const install = await start();
  await install.stop();
  const { code, said } = await runToEnd('dist/main.js', {
    TIFFIN_DATA_DIR: install.dataDir,
    PORT: String(port),
    TIFFIN_EDGE: 'false',
  });
  expect(code).toBe(1);
  expect(said).toContain(`port ${port} on 127.0.0.1 is taken`);
});

it('refuses to run in production with nobody to log in', async () => {
  const { code, said } = await runToEnd('dist/main.js', { MODE: 'production', TIFFIN_DATA_DIR: '/nowhere/tiffin' });
  expect(code).toBe(1);
  expect(said).toMatch(/OIDC_ISSUER: production needs an issuer of tokens, or TIFFIN_BOOTSTRAP_SECRET/);
});

it('names the port of the edge that is taken, and leaves no edge behind', { timeout: 120_000 }, async () => {
  const edgePort = await freePort();
  const holder = createServer((socket) => void socket.destroy()).listen(edgePort, '127.0.0.1');
  onTestFinished(() => void holder.close());
  const dataDir = temporaryFolder('install');
  const env = { TIFFIN_DATA_DIR: dataDir, PORT: '0', EDGE_PORT: String(edgePort) };
  const { code, said } = await runToEnd('dist/main.js', env, 90_000);
  expect(said).toContain(`the edge does not answer at http://127.0.0.1:${edgePort}`);
  expect(said).toContain('EDGE_PORT chooses another');
  expect(existsSync(join(dataDir, 'edge.pid'))).toBe(false);
  expect(said).not.toMatch(/^ {4}at /m);
  expect(code).toBe(1);
});

it.each(['a-file', 'a-file/below'])('says so when nothing can be kept in the folder: %s', async (place) => {
  const folder = temporaryFolder('install');
  writeFileSync(join(folder, 'a-file'), 'something else');
  const { code, said } = await runToEnd('dist/main.js', { TIFFIN_DATA_DIR: join(folder, place) });
  expect(said).toMatch(
    /TIFFIN_DATA_DIR: nothing can be kept in \S+ \([^)]+\): make it writable for this account, or name/,
  );
  expect(said).not.toMatch(/^ {4}at /m);
  expect(code).toBe(1);
  expect(readFileSync(join(folder, 'a-file'), 'utf8')).toBe('something else');
});

it('says so when the folder is another account’s', async ({ skip }) => {
  if (process.getuid?.() !== 0) skip('only root can start it as another account');
  const folder = temporaryFolder('install');
  const { code, said } = await runToEnd('dist/main.js', { TIFFIN_DATA_DIR: folder }, 50_000, 65_534);
  expect(said).toMatch(/TIFFIN_DATA_DIR: nothing can be kept in \S+ \(EACCES/);
  expect(said).not.toMatch(/^ {4}at /m);
  expect(code).toBe(1);
});
