import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Hono } from 'hono';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/main.ts';
import { sha256OfKey } from '../../subgraphs/shared/auth/key-ring.ts';
import { listen, type Listening } from '../../subgraphs/shared/http/listen.ts';
import { testKeys } from '../support/keys.ts';
import { secret, start, supergraphSdl } from './fixture/graph.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { walkRoutes } from '../support/walk-routes.ts';
import { bareEnvironment } from '../support/bare-environment.ts';

// As text, as it stands in the variable that all parts of an install share.
const secretText = new TextDecoder().decode(secret);

interface Running {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly errors: string[];
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(env: Record<string, string>): Running {
  const child = spawn(process.execPath, ['dist/gateway/main.js'], {
    env: { ...bareEnvironment(), TIFFIN_INTERNAL_SECRET: secretText, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  return { child, lines, errors };
}

async function untilSaid({ child, lines, errors }: Running, said: string): Promise<any> {
  for (;;) {
    const line = lines.findLast((text) => text.includes(said));
    if (line !== undefined) return JSON.parse(line);
    if (child.exitCode !== null) throw new Error(`it ended: ${errors.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function ask(url: string, query: string, headers: Record<string, string> = {}): Promise<any> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return answer.json();
}

describe('a gateway in a process of its own', () => {
  const servers: Listening[] = [];
  const urls: Record<string, string> = {};
  let folder: string;
  let supergraphFile: string;
  beforeAll(async () => {
    for (const name of ['feature', 'registry', 'monitoring'] as const) {
      const server = await listen((await start(name)).app, { host: '127.0.0.1', port: 0 });
      servers.push(server);
      urls[`${name.toUpperCase()}_URL`] = server.url;
    }
    folder = temporaryFolder('gateway');
    supergraphFile = join(folder, 'supergraph.graphql');
  });
  afterAll(async () => {
    for (const server of servers) await server.close(0);
  });

  it('serves, reads the supergraph again on SIGHUP, keeps the old one if it is broken, and ends on SIGTERM', async () => {
    writeFileSync(supergraphFile, supergraphSdl);
    const running = run({ ...urls, PORT: '0', SUPERGRAPH_FILE: supergraphFile });
    const { url } = await untilSaid(running, 'is ready');
    const { data } = await ask(url, '{ alerts { model { name risk service { features { name } } } } }');
    expect(data.alerts[0].model).toEqual({
      name: 'fraud',
      risk: 2,
      service: { features: [{ name: 'amount' }, { name: 'age' }] },
    });

    writeFileSync(supergraphFile, 'broken');
    running.child.kill('SIGHUP');
    await untilSaid(running, 'the old one goes on');
    expect((await ask(url, '{ whoAmI }')).data).toEqual({ whoAmI: 'user:developer' });

    writeFileSync(supergraphFile, supergraphSdl.replace('whoAmI: String', 'asker: String'));
    running.child.kill('SIGHUP');
    await untilSaid(running, 'was read again');
    expect((await ask(url, '{ whoAmI }')).errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');

    running.child.kill('SIGTERM');
    expect(await once(running.child, 'exit')).toEqual([0, null]);
  });

  it('knows the keys of its file in production, and nobody without one', async () => {
    writeFileSync(supergraphFile, supergraphSdl);
    const keysFile = join(folder, 'keys.json');
    writeFileSync(keysFile, JSON.stringify([{ id: 'ci', sha256: sha256OfKey('k'), scopes: ['registry:read'] }]));
    const running = run({
      ...urls,
      MODE: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      TIFFIN_BOOTSTRAP_SECRET: 'b'.repeat(32),
      TIFFIN_KEYS_FILE: keysFile,
      SUPERGRAPH_FILE: supergraphFile,
    });
    const { url } = await untilSaid(running, 'is ready');
    expect((await ask(url, '{ whoAmI }')).errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect(await ask(url, '{ whoAmI }', { authorization: 'Bearer k' })).toEqual({ data: { whoAmI: 'key:ci' } });
  });

  it.each<[string, Record<string, string>, readonly string[]]>([
    ['production without an issuer', { MODE: 'production' }, ['OIDC_ISSUER']],
    ['dev mode on every address', { HOST: '0.0.0.0' }, ['HOST']],
    ['no secret', { TIFFIN_INTERNAL_SECRET: '' }, ['TIFFIN_INTERNAL_SECRET']],
    ['no supergraph', { SUPERGRAPH_FILE: '/nowhere/supergraph.graphql' }, ['/nowhere/supergraph.graphql']],
  ])('does not start with %s, and says why', async (_, env, named) => {
    const { child, errors } = run({ PORT: '0', ...env });
    expect(await once(child, 'close')).toEqual([1, null]);
    for (const name of named) expect(errors.join('\n')).toContain(name);
    expect(errors.join('\n')).not.toContain('    at ');
  });
});

describe('a gateway in one process with others', () => {
  const parts = {
    supergraphSdl,
    executors: new Map(),
    secret,
    keys: testKeys.ring,
    log: pino({ level: 'silent' }),
  };

  it('serves their routes on its port, and names the port when that is taken', async () => {
    const data = new Hono().get('/v1/features', (c) => c.text('here'));
    const running = await startGateway({ ...parts, config: readConfig({ PORT: '0' }), mounted: [data] });
    expect(await (await fetch(`${running.url}/v1/features`)).text()).toBe('here');
    expect((await fetch(`${running.url}/elsewhere`)).status).toBe(404);
    const taken = startGateway({ ...parts, config: readConfig({ PORT: String(running.port) }) });
    await expect(taken).rejects.toMatchObject({ code: 'CONFLICT', details: { port: running.port } });
    await running.stop();
    await expect(fetch(`${running.url}/livez`)).rejects.toThrow();
  });

  it('publishes the forms of what people write in files, each beside the one that it refers to', async () => {
    const running = await startGateway({ ...parts, config: readConfig({ PORT: '0' }) });
    const url = `${running.url}/schemas/definitions.schema.json`;
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toBe('application/schema+json');
    const text = await answer.text();
    const [, beside] = /"\$ref": "(\w+\.schema\.json)"/.exec(text)!;
    const recipe = (await (await fetch(new URL(beside!, url))).json()) as object;
    expect(recipe).toHaveProperty('properties.models');
    const headers = { 'if-none-match': answer.headers.get('etag')! };
    expect((await fetch(url, { headers })).status).toBe(304);
    expect((await fetch(`${running.url}/schemas/edge.openapi.json`)).status).toBe(404);
    expect(await walkRoutes(running.gateway.app, running.gateway.routes)).toBeGreaterThan(5);
    await running.stop();
  });
});
