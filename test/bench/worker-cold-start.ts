/** From the start of a `workerd` process to its first answer: the lite bundle with a model of 100 trees against an empty worker, in alternated rounds. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundleWorker } from '../../edge/adapters/bundle/workerd.ts';
import { SCOPES } from '../../core/scopes.ts';
import { NODE_KEY, TestControlPlane } from '../edge/support/control-plane.ts';
import { CLIENT_KEY } from '../edge/support/edge-process.ts';
import { sha256 } from '../edge/support/release.ts';
import { forestInputs, forestRelease } from './forest-release.ts';
import { cpuMsOf, median } from './load.ts';
import { makeRunFolder } from '../support/leftovers.ts';

const { default: WORKERD } = createRequire(import.meta.url)('workerd') as { readonly default: string };
const ROUNDS = Number(process.env['TIFFIN_BENCH_ROUNDS'] ?? 9);
const MOST_RATIO = 2.5;
const MOST_MS = 100;

const folder = makeRunFolder();
const control = await TestControlPlane.start();
await control.publish([await forestRelease('forest', 1)], { entry: { requires: ['engine:tabular'] } });
await bundleWorker('lite', join(folder, 'lite'));

const variables = {
  TIFFIN_CONTROL_URL: control.url,
  TIFFIN_EDGE_NODE: 'cold',
  TIFFIN_EDGE_KEY: NODE_KEY,
  TIFFIN_KEYS: JSON.stringify([
    { id: 'client', sha256: sha256(CLIENT_KEY), scopes: SCOPES, trust: 'server', owner: 'user:client' },
  ]),
  TIFFIN_TRUSTED_KEYS: JSON.stringify({ [control.signer.keyId]: control.signer.publicKey }),
};

const text = (value: string): string => JSON.stringify(value);
const bindings = Object.entries(variables)
  .map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`)
  .join(', ');

const configOf = (worker: string): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "disk", disk = (path = ${text(join(folder, 'disk'))}, writable = true)),
    (name = "internet", network = (allow = ["public", "private"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const main :Workerd.Worker = (compatibilityDate = "2026-07-01", ${worker});
`;
mkdirSync(join(folder, 'disk'));
writeFileSync(join(folder, 'empty.mjs'), `export default { fetch: () => new Response('{}') };`);
writeFileSync(join(folder, 'empty.capnp'), configOf('modules = [(name = "worker.mjs", esModule = embed "empty.mjs")]'));
writeFileSync(
  join(folder, 'lite.capnp'),
  configOf(`modules = [(name = "worker.mjs", esModule = embed "lite/worker.mjs")],
  durableObjectNamespaces = [(className = "RecordObject", uniqueKey = "records", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [(name = "TIFFIN_RECORDS", durableObjectNamespace = "RecordObject"), ${bindings}]`),
);

interface ColdStart {
  /** From the start of the process to the end of its first answer. */
  readonly ms: number;
  /** Of the process until then, which says more on a machine that does other things as well. */
  readonly cpuMs: number;
}

async function coldStart(name: 'empty' | 'lite'): Promise<ColdStart> {
  const begin = performance.now();
  const child = spawn(WORKERD, ['serve', '--experimental', '--control-fd=3', join(folder, `${name}.capnp`)], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const port = await new Promise<number>((resolve, reject) => {
      let events = '';
      child.stdio[3]?.on('data', (chunk: Buffer) => {
        const found = /"event":"listen".*?"port":(\d+)/.exec((events += chunk.toString()))?.[1];
        if (found !== undefined) resolve(Number(found));
      });
      child.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
    });
    const answer = await fetch(`http://127.0.0.1:${port}/v1/predict/forest`, {
      method: 'POST',
      headers: { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: forestInputs }),
    });
    const shown = await answer.text();
    if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}: ${shown}`);
    return { ms: performance.now() - begin, cpuMs: cpuMsOf(child.pid ?? 0) ?? 0 };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

try {
  await coldStart('lite'); // its state is on the disk from here on
  const times: Record<'empty' | 'lite', ColdStart[]> = { empty: [], lite: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? (['empty', 'lite'] as const) : (['lite', 'empty'] as const)) {
      times[name].push(await coldStart(name));
    }
  }
  const of = (name: 'empty' | 'lite', what: keyof ColdStart): number => median(times[name].map((one) => one[what]));
  const lite = of('lite', 'ms');
  const ratio = lite / of('empty', 'ms');
  for (const name of ['empty', 'lite'] as const) {
    console.log(`${name.padEnd(6)} ${of(name, 'ms').toFixed(0)} ms, ${of(name, 'cpuMs').toFixed(0)} ms of a processor`);
  }
  console.log(`lite takes ${ratio.toFixed(2)} times as long`);
  console.log(`asked: at most ${MOST_RATIO} times, and less than ${MOST_MS} ms`);
  if (ratio > MOST_RATIO || lite >= MOST_MS) process.exitCode = 1;
} finally {
  await control.down();
  rmSync(folder, { recursive: true, force: true });
}
