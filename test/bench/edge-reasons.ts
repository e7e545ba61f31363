/**
 * What reasons cost: `/v1/predict` with none, with five in the answer, and with five in every record, beside each other on one
 * node; 100 trees, features in the request, log on, stored predictions counted afterwards. And the reasons alone, in one process.
 */
import { reasonedModel, reasonsOf } from '../../core/reasons/reasons.ts';
import { compileModel } from '../../core/tabular/compile-plan.ts';
import { makeModel } from '../../core/tabular/run/tabular-model.ts';
import { compilePlan } from '../../edge/recipe/plan.ts';
import { entryOf, TestControlPlane } from '../edge/support/control-plane.ts';
import { CLIENT_KEY, edgePlace, edgeProcess, post, until } from '../edge/support/edge-process.ts';
import { DEPTH, FEATURES, forestInputs, forestRelease, line, ratio, TREES } from './forest-release.ts';
import { measure, median, type Target, type Window } from './load.ts';

const ROUNDS = 7;
const WINDOW_MS = 2_000;
const CONNECTIONS = 16;
const MOST = 5;
const ALONE = 20_000;

const plain = await forestRelease('plain', 1);
const logged = await forestRelease('logged', 1, { logging: { reasons: { most: MOST } } });

/** Microseconds of a run of the tabular engine, and of the reasons of its answer. */
function alone(): { readonly runUs: number; readonly reasonsUs: number } {
  const { models } = compilePlan(plain.digest, plain.document);
  const [model] = models;
  const compiled = compileModel(plain.blobs.get(model!.file.digest)!);
  if ('refused' in compiled) throw new Error(compiled.refused);
  const reasoned = reasonedModel(model!, compiled);
  const engine = makeModel(compiled.plan);
  const feeds = Array.from({ length: 64 }, (_, row) => ({
    features: {
      dtype: 'float32' as const,
      shape: [1, FEATURES],
      data: Float32Array.from({ length: FEATURES }, (__, i) => ((row * 31 + i * 7) % 17) / 17),
    },
  }));
  const scores = feeds.map((feed) => Number(engine.run(feed)['score']!.data[0]));
  const timed = (run: (at: number) => unknown): number => {
    for (let i = 0; i < ALONE; i++) run(i % feeds.length);
    const before = performance.now();
    for (let i = 0; i < ALONE; i++) run(i % feeds.length);
    return ((performance.now() - before) / ALONE) * 1_000;
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({
    runUs: timed((at) => engine.run(feeds[at]!)),
    reasonsUs: timed((at) => {
      const own = { feeds: [feeds[at]!], scores: [scores[at]!], counted: [scores[at]!], score: scores[at]! };
      const found = reasonsOf({ models: [reasoned], combine: undefined, ...own });
      if (!found || found.unexplained.length > 0) throw new Error('the answer was not taken apart');
    }),
  }));
  return {
    runUs: median(rounds.map(({ runUs }) => runUs)),
    reasonsUs: median(rounds.map(({ reasonsUs }) => reasonsUs)),
  };
}

const control = await TestControlPlane.start();
const place = edgePlace(control, {
  TIFFIN_EDGE_SHIP_MS: '200',
  TIFFIN_EDGE_POLL_MS: '2000',
  TIFFIN_EDGE_QUEUE_RECORDS: '1000000',
});
await control.publish([plain, logged], { deployments: [entryOf(plain, 1), entryOf(logged, 1)] });
const edge = await edgeProcess(place);
const body = { inputs: forestInputs };
await until('the edge serves', async () => (await post(edge.url, '/v1/predict/plain', body)).status === 200);
await until('the edge serves both', async () => (await post(edge.url, '/v1/predict/logged', body)).status === 200);
let answered = 2;
const asked = await post(edge.url, '/v1/predict/plain', { ...body, reasons: MOST });
answered++;
if (asked.body.reasons?.top.length !== MOST) throw new Error(`no reasons: ${JSON.stringify(asked.body)}`);

const headers = { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json' };
const target = (name: string, sent: object): Target => ({
  url: `${edge.url}/v1/predict/${name}`,
  pid: edge.child.pid!,
  body: JSON.stringify(sent),
  headers,
});
const targets = {
  plain: target('plain', body),
  asked: target('plain', { ...body, reasons: MOST }),
  logged: target('logged', body),
};
const windows: Record<keyof typeof targets, Window[]> = { plain: [], asked: [], logged: [] };
for (let round = -1; round < ROUNDS; round++) {
  const order = ['plain', 'asked', 'logged'] as const;
  for (const name of round % 2 === 0 ? order : order.toReversed()) {
    const measured = await measure(targets[name], CONNECTIONS, WINDOW_MS);
    answered += measured.requests;
    if (round >= 0) windows[name].push(measured); // the first round warms up
  }
}
await until(
  'all is shipped',
  () => control.heartbeats.findLast(({ counts }) => counts.answered === answered && counts.queued === 0),
  60_000,
);

const { runUs, reasonsUs } = alone();
const sizes = [...control.stored.values()].flatMap(({ reasons }) => (reasons ? [JSON.stringify(reasons).length] : []));
console.log(
  `edge reasons: ${TREES} trees of depth ${DEPTH}, ${FEATURES} inputs in the request, ${MOST} reasons, ${CONNECTIONS} connections, log on; ${ROUNDS} alternated rounds, medians`,
);
console.log(line('no reasons', windows.plain));
console.log(line('in the answer', windows.asked));
console.log(line('in the log', windows.logged));
for (const name of ['asked', 'logged'] as const) {
  const [own, other] = [windows[name], windows.plain];
  console.log(
    `  ${name} / plain: throughput ${ratio(own, other, ({ requests, seconds }) => requests / seconds)}, p50 ${ratio(own, other, ({ p50Ms }) => p50Ms)}×, CPU time ${ratio(own, other, ({ cpuMs }) => cpuMs ?? 0)}×`,
  );
}
console.log(
  `  alone: a run of the tabular engine ${runUs.toFixed(1)} µs, the reasons of its answer ${reasonsUs.toFixed(1)} µs`,
);
console.log(`  ${sizes.length} records with reasons, median ${median(sizes)} bytes each`);
console.log(`  answered ${answered}, stored ${control.stored.size}`);
await edge.stop();
await control.down();
place.remove();
process.exit(control.stored.size === answered ? 0 : 1);
