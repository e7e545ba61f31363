/**
 * `/v1/predict` on Node against a bare node:http echo of the same body, and against itself with every answer shadowed:
 * features in the request, log and timings on, stored predictions counted afterwards. `edge-predict ort` takes ONNX Runtime.
 */
import { entryOf, TestControlPlane } from '../edge/support/control-plane.ts';
import { CLIENT_KEY, edgePlace, edgeProcess, post, until } from '../edge/support/edge-process.ts';
import { echoServer } from './echo-server.ts';
import { DEPTH, FEATURES, forestInputs, forestRelease, line, ratio, TREES } from './forest-release.ts';
import { measure, median, type Target, type Window } from './load.ts';

const ROUNDS = 7;
const WINDOW_MS = 2_000;
const CONNECTIONS = 16;
/** `ort` or `tabular`: the engine of the node. */
const ENGINE = process.argv[2] ?? 'tabular';
const path = '/v1/predict/bench';
const shadowedPath = '/v1/predict/shadowed';

const control = await TestControlPlane.start();
const place = edgePlace(control, {
  TIFFIN_EDGE_SHIP_MS: '200',
  TIFFIN_EDGE_POLL_MS: '2000',
  TIFFIN_EDGE_QUEUE_RECORDS: '1000000',
  TIFFIN_EDGE_ENGINE: ENGINE,
});
const echo = await echoServer();
const [unshadowed, shadowed, candidate] = [
  await forestRelease('bench', 1),
  await forestRelease('shadowed', 1),
  await forestRelease('shadowed', 2, { number: 2 }),
];
control.addBlobs(candidate);
const layer = {
  kind: 'SHADOW',
  holder: 'tiffin:default:shadow:bench',
  holderRevision: 1,
  seed: 'seed',
  hashVersion: 2,
  unit: 'f0',
  share: 1,
  release: candidate.digest,
  endsAt: null,
} as const;
await control.publish([unshadowed, shadowed], {
  deployments: [
    entryOf(unshadowed, 1),
    { ...entryOf(shadowed, 1), traffic: [layer, { kind: 'DEFAULT', release: shadowed.digest }] },
  ],
});
const edge = await edgeProcess(place);
const body = { inputs: forestInputs };
await until('the edge serves', async () => (await post(edge.url, path, body)).status === 200);
let answered = 1;
await until('the shadow is at work', async () => {
  const { status } = await post(edge.url, shadowedPath, body);
  if (status === 200) answered++;
  return control.shadows.size > 0;
});

const headers = { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' };
const targets: Record<'edge' | 'shadowed' | 'echo', Target> = {
  edge: { url: edge.url + path, pid: edge.child.pid!, body: JSON.stringify(body), headers },
  shadowed: { url: edge.url + shadowedPath, pid: edge.child.pid!, body: JSON.stringify(body), headers },
  echo: { url: echo.url, pid: echo.pid, body: JSON.stringify(body), headers },
};
const windows: Record<keyof typeof targets | `${keyof typeof targets}Alone`, Window[]> = {
  edge: [],
  shadowed: [],
  echo: [],
  edgeAlone: [],
  shadowedAlone: [],
  echoAlone: [],
};
for (let round = -1; round < ROUNDS; round++) {
  const order = ['edge', 'shadowed', 'echo'] as const;
  for (const name of round % 2 === 0 ? order : order.toReversed()) {
    const alone = await measure(targets[name], 1, WINDOW_MS / 2);
    const together = await measure(targets[name], CONNECTIONS, WINDOW_MS);
    if (name !== 'echo') answered += alone.requests + together.requests;
    if (round < 0) continue; // the first round warms up
    windows[`${name}Alone`].push(alone);
    windows[name].push(together);
  }
}
const heartbeat = await until(
  'all is shipped',
  () => control.heartbeats.findLast(({ counts }) => counts.answered === answered && counts.queued === 0),
  60_000,
);

console.log(
  `edge predict: the engine ${ENGINE}, ${TREES} trees of depth ${DEPTH}, ${FEATURES} inputs in the request, log on; ${ROUNDS} alternated rounds, medians`,
);
console.log(line('predict, 1 connection', windows.edgeAlone));
console.log(line('shadowed, 1 connection', windows.shadowedAlone));
console.log(line('echo, 1 connection', windows.echoAlone));
console.log(line(`predict, ${CONNECTIONS} connections`, windows.edge));
console.log(line(`shadowed, ${CONNECTIONS} conns`, windows.shadowed));
console.log(line(`echo, ${CONNECTIONS} connections`, windows.echo));
console.log(
  `  predict / echo: throughput ${ratio(windows.edge, windows.echo, ({ requests, seconds }) => requests / seconds)}, ` +
    `p50 ${ratio(windows.edge, windows.echo, ({ p50Ms }) => p50Ms)}× (1 connection ${ratio(windows.edgeAlone, windows.echoAlone, ({ p50Ms }) => p50Ms)}×), ` +
    `CPU time ${ratio(windows.edge, windows.echo, ({ cpuMs }) => cpuMs ?? 0)}×`,
);
console.log(
  `  shadowed / predict: throughput ${ratio(windows.shadowed, windows.edge, ({ requests, seconds }) => requests / seconds)}, ` +
    `p50 ${ratio(windows.shadowed, windows.edge, ({ p50Ms }) => p50Ms)}× (1 connection ${ratio(windows.shadowedAlone, windows.edgeAlone, ({ p50Ms }) => p50Ms)}×)`,
);
console.log(`  who asks takes ${median(windows.echo.map(({ askerShare }) => askerShare)).toFixed(2)} of a processor`);
const told = heartbeat.shadows?.counts[0];
console.log(
  `  shadow: chosen ${told?.chosen}, recorded ${told?.recorded}, stored ${control.shadows.size}, dropped ${JSON.stringify(told?.dropped)}`,
);
console.log(
  `  answered ${answered}, stored ${control.stored.size}, dropped ${JSON.stringify(heartbeat.counts.dropped)}`,
);
await edge.stop();
echo.stop();
await control.down();
place.remove();
process.exit(control.stored.size === answered ? 0 : 1);
