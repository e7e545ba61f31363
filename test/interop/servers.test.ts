import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { DEPTH, FEATURES, forestRelease, line, ratio, TREES } from '../bench/forest-release.ts';
import { measure, send, type Target, type Window } from '../bench/load.ts';
import { TestControlPlane } from '../edge/support/control-plane.ts';
import { CLIENT_KEY, edgePlace, edgeProcess, post, until } from '../edge/support/edge-process.ts';
import { atEnd } from '../support/at-end.ts';
import { bareEnvironment } from '../support/bare-environment.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Where `npm run interop` puts each of them. */
const BIN = {
  mlserver: resolve('.interop/serving-python/bin'),
  bentoml: resolve('.interop/bentoml-python/bin'),
} as const;
const PROGRAMS = resolve('test/interop/servers');
const ROUNDS = 5;
const WINDOW_MS = 2_000;
const CONNECTIONS = 16;
const path = '/v2/models/bench/infer';
const json = { 'content-type': 'application/json' };
const row = Array.from({ length: FEATURES }, (_, i) => (i % 7) / 7);
const inference = JSON.stringify({
  inputs: [{ name: 'features', shape: [1, FEATURES], datatype: 'FP32', data: row }],
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** A server of others, with the processes that it starts, until the test has ended. */
function serve(program: keyof typeof BIN, args: readonly string[], env: Readonly<Record<string, string>>): number {
  // The folder of the test file is too long a name for sockets.
  const folder = mkdtempSync('/tmp/servers-');
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const child = spawn(join(BIN[program], program), args, {
    cwd: folder,
    env: {
      ...bareEnvironment(),
      TMPDIR: folder,
      PYTHONPATH: PROGRAMS,
      ...env,
      PATH: `${BIN[program]}:${process.env['PATH'] ?? ''}`,
    },
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise((done) => child.once('exit', done));
  atEnd(async () => {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGTERM');
    await ended;
  });
  return child.pid!;
}

async function mlserver(model: Uint8Array): Promise<Target> {
  const folder = temporaryFolder('mlserver');
  const [http_port, grpc_port, metrics_port] = [await freePort(), await freePort(), await freePort()];
  // Its model in the process that answers: quicker here than its workers, to which each request is passed on.
  const settings = { host: '127.0.0.1', http_port, grpc_port, metrics_port, parallel_workers: 0, debug: false };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  const own = { name: 'bench', implementation: 'onnx_model.OnnxModel', parameters: { uri: './model.onnx' } };
  writeFileSync(join(folder, 'model-settings.json'), JSON.stringify(own));
  writeFileSync(join(folder, 'model.onnx'), model);
  const pid = serve('mlserver', ['start', folder], {});
  return { url: `http://127.0.0.1:${http_port}${path}`, pid, body: inference, headers: json };
}

async function bento(model: Uint8Array): Promise<Target> {
  const folder = temporaryFolder('bento');
  const file = join(folder, 'model.onnx');
  writeFileSync(file, model);
  const port = await freePort();
  const args = [
    'serve',
    'bento_service:Bench',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--working-dir',
    PROGRAMS,
  ];
  const pid = serve('bentoml', args, {
    MODEL_FILE: file,
    BENTOML_HOME: folder,
    BENTOML_DO_NOT_TRACK: '1',
    HOME: folder,
  });
  const body = JSON.stringify({ features: [row] });
  return { url: `http://127.0.0.1:${port}/infer`, pid, body, headers: json };
}

/** The score in an answer, of whichever server. */
function scoreIn(text: string): number {
  const answer = JSON.parse(text) as { outputs: { data: number[] }[] } | number[][];
  return Array.isArray(answer) ? answer[0]![0]! : answer.outputs[0]!.data[0]!;
}

it('answers as MLServer and BentoML do with the same model, and prints how quickly', { timeout: 300_000 }, async () => {
  const control = await TestControlPlane.start();
  atEnd(() => control.down());
  const release = await forestRelease('bench', 1);
  await control.publish([release]);
  const model = release.blobs.get(release.document.models[0]!.digest)!;
  const edges: Target[] = [];
  for (const engine of ['tabular', 'ort']) {
    const place = edgePlace(control, {
      TIFFIN_EDGE_NODE: engine,
      TIFFIN_EDGE_ENGINE: engine,
      TIFFIN_EDGE_QUEUE_RECORDS: '1000000',
      // As often as a node does, and not as tests of it want: each of these costs whoever measures as well.
      TIFFIN_EDGE_SHIP_MS: '1000',
      TIFFIN_EDGE_POLL_MS: '5000',
      TIFFIN_EDGE_HEARTBEAT_MS: '5000',
    });
    const edge = await edgeProcess(place);
    atEnd(() => edge.stop());
    await until('it serves', async () => (await post(edge.url, path, JSON.parse(inference))).status === 200, 60_000);
    const headers = { ...json, authorization: `Bearer ${CLIENT_KEY}` };
    edges.push({ url: edge.url + path, pid: edge.child.pid!, body: inference, headers });
  }
  const targets = { tabular: edges[0]!, ort: edges[1]!, mlserver: await mlserver(model), bentoml: await bento(model) };
  const names = Object.keys(targets) as (keyof typeof targets)[];
  const agent = new Agent();
  const scores = new Map<string, number>();
  for (const name of names) {
    const text = await until(`${name} answers`, () => send(agent, targets[name]).catch(() => null), 120_000);
    scores.set(name, scoreIn(text));
  }
  for (const name of names) expect(scores.get(name), name).toBeCloseTo(scores.get('tabular')!, 6);

  const windows = new Map<string, Window[]>(names.map((name) => [name, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const window = await measure(targets[name], CONNECTIONS, WINDOW_MS);
      if (round >= 0) windows.get(name)!.push(window); // the first round warms up
    }
  }
  const rate = ({ requests, seconds }: Window): number => requests / seconds;
  const against = (own: string, other: string): string =>
    `${own} / ${other}: throughput ${ratio(windows.get(own)!, windows.get(other)!, rate)}×, p50 ${ratio(windows.get(own)!, windows.get(other)!, ({ p50Ms }) => p50Ms)}×`;
  console.info(
    [
      `/v2 infer, one row: ${TREES} trees of depth ${DEPTH}, ${FEATURES} inputs, ${CONNECTIONS} connections; ${ROUNDS} alternated rounds, medians; the edge with its log on`,
      ...names.map((name) => line(name, windows.get(name)!)),
      ...['mlserver', 'bentoml'].flatMap((other) => ['tabular', 'ort'].map((own) => `  ${against(own, other)}`)),
    ].join('\n'),
  );
});
