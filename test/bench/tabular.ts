/** The tabular engine against ONNX Runtime Web, in one process: rows a second of 1, 32 and 256 at once, answers compared first. */
import { DomainError } from '../../core/errors.ts';
import type { Engine } from '../../edge/engines/engine.ts';
import { OrtEngine } from '../../edge/engines/ort-engine.ts';
import { TabularEngine } from '../../edge/engines/tabular-engine.ts';
import { writeDense, writeTrees, type DenseLayer, type TreeNode } from '../../core/onnx/write-tabular.ts';
import { differenceOf } from '../../core/tensor/agreement.ts';
import type { TensorMap } from '../../core/tensor/tensor.ts';
import { writeTensor } from '../../core/tensor/written.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { median } from './load.ts';

const FEATURES = 30;
const ROUNDS = 7;
const WINDOW_MS = Number(process.env['TIFFIN_BENCH_WINDOW_MS'] ?? 300);
const BATCHES = [1, 32, 256];

const random = seededRandom(1);
const tree = (depth: number): TreeNode =>
  depth === 0
    ? { value: (random() - 0.5) / 10 }
    : { feature: Math.floor(random() * FEATURES), threshold: random(), yes: tree(depth - 1), no: tree(depth - 1) };
const forest = (trees: number, depth: number): Uint8Array =>
  writeTrees({ features: FEATURES, trees: Array.from({ length: trees }, () => tree(depth)), base: 0.1, sigmoid: true });
const layer = (inputs: number, units: number, activation: DenseLayer['activation']): DenseLayer => ({
  weights: Array.from({ length: inputs }, () => Array.from({ length: units }, () => (random() - 0.5) / 4)),
  bias: Array.from({ length: units }, () => random() - 0.5),
  ...(activation && { activation }),
});
const network = (...widths: readonly number[]): Uint8Array =>
  writeDense({
    features: FEATURES,
    layers: widths.map((units, i) =>
      layer(widths[i - 1] ?? FEATURES, units, i === widths.length - 1 ? 'Sigmoid' : 'Relu'),
    ),
  });

const MODELS: Readonly<Record<string, Uint8Array>> = {
  'logistic regression': network(1),
  '100 trees of depth 6': forest(100, 6),
  '500 trees of depth 6': forest(500, 6),
  'network 30-32-1': network(32, 1),
  'network 30-64-32-1': network(64, 32, 1),
};

const rowsOf = (count: number): TensorMap => ({
  features: {
    dtype: 'float32',
    shape: [count, FEATURES],
    data: Float32Array.from({ length: count * FEATURES }, random),
  },
});

interface Measured {
  readonly rowsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

async function measure(engine: Engine, digest: string, rows: readonly TensorMap[], count: number): Promise<Measured> {
  const durations: number[] = [];
  const start = performance.now();
  let now = start;
  while (now - start < WINDOW_MS) {
    await engine.run(digest, rows[durations.length % rows.length] ?? {}, ['score']);
    const after = performance.now();
    durations.push(after - now);
    now = after;
  }
  durations.sort((a, b) => a - b);
  const at = (share: number): number => (durations[Math.floor(durations.length * share)] ?? 0) * 1_000;
  return { rowsPerSecond: (durations.length * count * 1_000) / (now - start), p50Us: at(0.5), p99Us: at(0.99) };
}

/** Why the tabular engine does not run a model. */
async function refusal(digest: string, row: TensorMap): Promise<string | undefined> {
  try {
    await engines.tabular.run(digest, row);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'FAILED_PRECONDITION') return error.message;
    throw error;
  }
}

/** Where the answers of both engines differ. */
async function differs(digest: string, rows: readonly TensorMap[]): Promise<string | undefined> {
  for (const row of rows) {
    const outputs = Object.entries(await engines.ort.run(digest, row));
    const expected = outputs.map(([output, tensor]) => writeTensor(output, tensor));
    const difference = differenceOf(expected, await engines.tabular.run(digest, row), 'EXACT');
    if (difference) return `${difference.tensor} ${difference.why}`;
  }
  return undefined;
}

const names = Object.keys(MODELS);
const load = (digest: string): Promise<Uint8Array> => Promise.resolve(MODELS[digest] ?? new Uint8Array());
const engines = { tabular: new TabularEngine(load), ort: new OrtEngine(load) };
let failed = false;

console.log(`tabular engine against ONNX Runtime Web: ${FEATURES} features, ${ROUNDS} alternated rounds, medians`);
console.log('| model | rows at once | tabular p50, p99 µs | ONNX Runtime p50, p99 µs | p50 | rows/s |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const name of names) {
  for (const batch of BATCHES) {
    // Other rows each time: a processor soon foresees the ways of one.
    const rows = Array.from({ length: 64 }, () => rowsOf(batch));
    const refused = await refusal(name, rows[0] ?? {});
    const wrong = refused ?? (await differs(name, rows));
    if (wrong !== undefined) {
      failed ||= refused === undefined;
      console.log(`| ${name} | ${batch} | ${wrong} | | | |`);
      break;
    }
    const windows: Record<keyof typeof engines, Measured[]> = { tabular: [], ort: [] };
    for (let round = -1; round < ROUNDS; round++) {
      const order = ['tabular', 'ort'] as const;
      for (const engine of round % 2 === 0 ? order : order.toReversed()) {
        const measured = await measure(engines[engine], name, rows, batch);
        if (round >= 0) windows[engine].push(measured); // the first round warms up
      }
    }
    const of = (engine: keyof typeof engines, field: keyof Measured): number =>
      median(windows[engine].map((one) => one[field]));
    const shown = (engine: keyof typeof engines): string =>
      `${of(engine, 'p50Us').toFixed(1)}, ${of(engine, 'p99Us').toFixed(1)}`;
    const times = (of('ort', 'p50Us') / of('tabular', 'p50Us')).toFixed(1);
    const throughput = (of('tabular', 'rowsPerSecond') / of('ort', 'rowsPerSecond')).toFixed(1);
    console.log(`| ${name} | ${batch} | ${shown('tabular')} | ${shown('ort')} | ${times}× | ${throughput}× |`);
  }
}
for (const engine of Object.values(engines)) await engine.close();
process.exitCode = failed ? 1 : 0;
