import { Agent } from 'node:http';
import { expect, it } from 'vitest';
import { echoServer } from '../bench/echo-server.ts';
import { DEPTH, FEATURES, forestRelease, line, linearRelease, ratio, TREES } from '../bench/forest-release.ts';
import { measure, send, type Target, type Window } from '../bench/load.ts';
import { TestControlPlane } from '../edge/support/control-plane.ts';
import { CLIENT_KEY, edgePlace, edgeProcess, post, until, type EdgeCommand } from '../edge/support/edge-process.ts';
import { atEnd } from '../support/at-end.ts';
import { bento, mlserver, type Peer } from './servers/peers.ts';

/** How often each is asked for a while, in turn with the others. */
const ROUNDS = Number(process.env['TIFFIN_SERVERS_ROUNDS'] ?? 5);
const WINDOW_MS = 400;
const CONNECTIONS = [1, 8, 64];
const ROWS = [1, 64];
const json = { 'content-type': 'application/json' };
const authorized = { ...json, authorization: `Bearer ${CLIENT_KEY}` };
const row = Array.from({ length: FEATURES }, (_, i) => (i % 7) / 7);
/** As it is built: what a node runs that was not started from a checkout. */
const BUILT: EdgeCommand = [process.execPath, 'dist/edge/adapters/node/main.js'];

const inference = (rows: number): string => {
  const data = Array.from({ length: rows }, () => row).flat();
  return JSON.stringify({ inputs: [{ name: 'features', shape: [rows, FEATURES], datatype: 'FP32', data }] });
};
const arrays = (rows: number): string => JSON.stringify({ features: Array.from({ length: rows }, () => row) });

async function edge(control: TestControlPlane, engine: string, models: readonly string[]): Promise<Peer> {
  const place = edgePlace(control, {
    TIFFIN_EDGE_NODE: engine,
    TIFFIN_EDGE_ENGINE: engine,
    TIFFIN_EDGE_QUEUE_RECORDS: '1000000',
    // As often as a node does, and not as tests of it want: each of these costs whoever measures as well.
    TIFFIN_EDGE_SHIP_MS: '1000',
    TIFFIN_EDGE_POLL_MS: '5000',
    TIFFIN_EDGE_HEARTBEAT_MS: '5000',
  });
  const node = await edgeProcess(place, BUILT);
  atEnd(() => node.stop());
  const urlOf = (model: string): string => `${node.url}/v2/models/${model}/infer`;
  for (const model of models) {
    const asked = (): Promise<{ status: number }> => post(urlOf(model), '', JSON.parse(inference(1)));
    await until(`${engine} serves ${model}`, async () => (await asked()).status === 200, 60_000);
  }
  return { pid: node.child.pid!, urlOf };
}

/** The scores in an answer, of whichever server. */
function scoresIn(text: string): number[] {
  const answer = JSON.parse(text) as { outputs: { data: number[] }[] } | number[][];
  return Array.isArray(answer) ? answer.flat() : answer.outputs[0]!.data;
}

it(
  'answers as MLServer and BentoML do with the same models, and prints how quickly',
  { timeout: 1_200_000 },
  async () => {
    const control = await TestControlPlane.start();
    atEnd(() => control.down());
    control.faults.telemetry = 'FORGET';
    const releases = { linear: await linearRelease('linear'), trees: await forestRelease('trees', 1) };
    await control.publish(Object.values(releases));
    const names = Object.keys(releases) as (keyof typeof releases)[];
    const models = Object.fromEntries(
      Object.entries(releases).map(([name, { document, blobs }]) => [name, blobs.get(document.models[0]!.digest)!]),
    );
    const echo = await echoServer();
    atEnd(() => echo.stop());
    const peers: Record<string, Peer> = {
      tabular: await edge(control, 'tabular', names),
      ort: await edge(control, 'ort', names),
      mlserver: await mlserver(models),
      bentoml: await bento(models),
      echo: { pid: echo.pid, urlOf: () => echo.url },
    };
    const targetOf = (peer: string, model: string, rows: number): Target => ({
      url: peers[peer]!.urlOf(model),
      pid: peers[peer]!.pid,
      body: peer === 'bentoml' ? arrays(rows) : inference(rows),
      headers: peer === 'tabular' || peer === 'ort' ? authorized : json,
    });

    const agent = new Agent();
    for (const model of names) {
      for (const rows of ROWS) {
        const scores = new Map<string, number[]>();
        for (const peer of Object.keys(peers).filter((one) => one !== 'echo')) {
          const asked = (): Promise<string | null> => send(agent, targetOf(peer, model, rows)).catch(() => null);
          scores.set(peer, scoresIn(await until(`${peer} answers`, asked, 120_000)));
        }
        for (const [peer, own] of scores) {
          expect(own, peer).toHaveLength(rows);
          for (const score of own) expect(score, `${peer}, ${model}`).toBeCloseTo(scores.get('tabular')![0]!, 6);
        }
      }
    }

    console.info(
      `models: linear (a logistic regression) and trees (${TREES} of depth ${DEPTH}), ${FEATURES} inputs; one process for each server, JSON tensors, the edge with its log on and shipping; ${ROUNDS} alternated rounds of ${WINDOW_MS} ms, medians`,
    );
    const order = Object.keys(peers);
    for (const model of names) {
      for (const rows of ROWS) {
        for (const connections of CONNECTIONS) {
          const windows = new Map<string, Window[]>(order.map((name) => [name, []]));
          // The first round warms up.
          for (let round = -1; round < ROUNDS; round++) {
            for (const peer of round % 2 === 0 ? order : order.toReversed()) {
              const window = await measure(targetOf(peer, model, rows), connections, WINDOW_MS);
              if (round >= 0) windows.get(peer)!.push(window);
            }
          }
          console.info(told(`${model}, ${rows} rows, ${connections} connections`, windows));
        }
      }
    }
  },
);

const rate = ({ requests, seconds }: Window): number => requests / seconds;
const cpu = ({ cpuMs }: Window): number => cpuMs ?? 0;
const latency = ({ p50Ms }: Window): number => p50Ms;

function told(what: string, windows: ReadonlyMap<string, readonly Window[]>): string {
  const of = (name: string): readonly Window[] => windows.get(name) ?? [];
  // What else runs on a machine only ever makes a server slower: the best window says most of the server itself.
  const best = (name: string): number => Math.max(...of(name).map(rate));
  const against = (own: string, other: string): string =>
    `  ${own} / ${other}: throughput ${ratio(of(own), of(other), rate)}×, of the best windows ${(best(own) / best(other)).toFixed(2)}×; p50 ${ratio(of(own), of(other), latency)}×, CPU time ${ratio(of(own), of(other), cpu)}×`;
  const askers = [...windows.values()].flat().map(({ askerShare }) => askerShare);
  return [
    `/v2 infer, ${what}; who asks takes at most ${Math.max(...askers).toFixed(2)} of a processor`,
    ...[...windows].map(([name, own]) => `${line(name, own)}; best ${Math.round(best(name))} requests/s`),
    ...['mlserver', 'bentoml'].flatMap((other) => ['tabular', 'ort', 'echo'].map((own) => against(own, other))),
  ].join('\n');
}
