import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { atEnd } from '../../support/at-end.ts';
import { bareEnvironment } from '../../support/bare-environment.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Where `npm run interop` puts each of them. */
const BIN = {
  mlserver: resolve('.interop/serving-python/bin'),
  bentoml: resolve('.interop/bentoml-python/bin'),
} as const;
const PROGRAMS = resolve('test/interop/servers');

/** A server that answers with every model, in one process. */
export interface Peer {
  readonly pid: number;
  readonly urlOf: (model: string) => string;
}

/** The bytes of ONNX files by the names of their models. */
type Models = Readonly<Record<string, Uint8Array>>;

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

export async function mlserver(models: Models): Promise<Peer> {
  const folder = temporaryFolder('mlserver');
  const [http_port, grpc_port, metrics_port] = [await freePort(), await freePort(), await freePort()];
  // Its models in the process that answers: quicker here than its workers, to which each request is passed on.
  const settings = { host: '127.0.0.1', http_port, grpc_port, metrics_port, parallel_workers: 0, debug: false };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  for (const [name, model] of Object.entries(models)) {
    mkdirSync(join(folder, name));
    const own = { name, implementation: 'onnx_model.OnnxModel', parameters: { uri: './model.onnx' } };
    writeFileSync(join(folder, name, 'model-settings.json'), JSON.stringify(own));
    writeFileSync(join(folder, name, 'model.onnx'), model);
  }
  const pid = serve('mlserver', ['start', folder], {});
  return { pid, urlOf: (model) => `http://127.0.0.1:${http_port}/v2/models/${model}/infer` };
}

export async function bento(models: Models): Promise<Peer> {
  const folder = temporaryFolder('bento');
  for (const [name, model] of Object.entries(models)) writeFileSync(join(folder, `${name}.onnx`), model);
  const port = await freePort();
  const place = ['--host', '127.0.0.1', '--port', String(port), '--working-dir', PROGRAMS];
  const pid = serve('bentoml', ['serve', 'bento_service:Bench', ...place], {
    MODEL_FOLDER: folder,
    BENTOML_HOME: folder,
    BENTOML_DO_NOT_TRACK: '1',
    HOME: folder,
  });
  return { pid, urlOf: (model) => `http://127.0.0.1:${port}/${model}` };
}
