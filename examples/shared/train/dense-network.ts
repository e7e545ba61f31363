import { writeDense, type DenseLayer } from '../../../core/onnx/write-tabular.ts';
import { random, type Matrix } from './matrix.ts';

export interface DenseOptions {
  /** Widths of the hidden layers; none makes it a logistic regression. */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
}

export const LOGISTIC: DenseOptions = { hidden: [], epochs: 5, batch: 256, learningRate: 0.01, seed: 1 };
export const NETWORK: DenseOptions = { hidden: [16, 8], epochs: 5, batch: 256, learningRate: 0.003, seed: 1 };

/**
 * A dense network for a 0/1 label by log loss, trained with Adam (Kingma & Ba 2015) on standardised columns. The scaling is
 * folded into the first layer, so the model takes the raw values. Missing values count as the column's mean.
 */
export function trainDense(matrix: Matrix, options: DenseOptions): readonly DenseLayer[] {
  const scale = matrix.columns.map(meanAndDeviation);
  const widths = [matrix.columns.length, ...options.hidden, 1];
  const next = random(options.seed);
  const layers = widths.slice(1).map((to, i) => newLayer(widths[i] ?? 1, to, next));
  const order = Int32Array.from({ length: matrix.rows }, (_none, row) => row);
  let step = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, next);
    for (let start = 0; start < order.length; start += options.batch) {
      const batch = order.subarray(start, start + options.batch);
      for (const row of batch) {
        const input = scale.map(({ mean, deviation }, j) => {
          const value = matrix.columns[j]?.[row] ?? NaN;
          return Number.isNaN(value) ? 0 : (value - mean) / deviation;
        });
        learn(layers, input, matrix.labels[row] ?? 0);
      }
      step++;
      for (const layer of layers) adam(layer, batch.length, step, options.learningRate);
    }
  }
  return withScaling(layers, scale);
}

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** inputs × outputs weights, then the biases; the same layout for what is learned about them. */
  readonly values: Float64Array;
  readonly gradients: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

function newLayer(inputs: number, outputs: number, next: () => number): Layer {
  const size = (inputs + 1) * outputs;
  const spread = Math.sqrt(6 / (inputs + outputs)); // Glorot & Bengio 2010
  const values = Float64Array.from({ length: size }, (_none, i) =>
    i < inputs * outputs ? (2 * next() - 1) * spread : 0,
  );
  return {
    inputs,
    outputs,
    values,
    gradients: new Float64Array(size),
    first: new Float64Array(size),
    second: new Float64Array(size),
  };
}

/** One row forward and back; adds to the gradients. */
function learn(layers: readonly Layer[], input: readonly number[], label: number): void {
  const activations: (readonly number[])[] = [input];
  layers.forEach((layer, i) => {
    const sums = forward(layer, activations[i] ?? []);
    activations.push(
      i === layers.length - 1 ? sums.map((sum) => 1 / (1 + Math.exp(-sum))) : sums.map((sum) => Math.max(0, sum)),
    );
  });
  let deltas: readonly number[] = [(activations.at(-1)?.[0] ?? 0) - label];
  for (let i = layers.length - 1; i >= 0; i--) {
    const layer = layers[i];
    const from = activations[i];
    if (!layer || !from) continue;
    deltas.forEach((delta, k) => {
      from.forEach((value, j) => addTo(layer.gradients, j * layer.outputs + k, delta * value));
      addTo(layer.gradients, layer.inputs * layer.outputs + k, delta);
    });
    const above = deltas;
    deltas = from.map((value, j) =>
      value <= 0 && i > 0
        ? 0
        : above.reduce((sum, delta, k) => sum + delta * (layer.values[j * layer.outputs + k] ?? 0), 0),
    );
  }
}

const addTo = (array: Float64Array, at: number, value: number): void => {
  array[at] = (array[at] ?? 0) + value;
};

function forward({ inputs, outputs, values }: Layer, from: readonly number[]): number[] {
  return Array.from({ length: outputs }, (_none, k) =>
    from.reduce((sum, value, j) => sum + value * (values[j * outputs + k] ?? 0), values[inputs * outputs + k] ?? 0),
  );
}

function adam({ values, gradients, first, second }: Layer, rows: number, step: number, learningRate: number): void {
  const rate = (learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
  values.forEach((value, i) => {
    const gradient = (gradients[i] ?? 0) / rows;
    const m = 0.9 * (first[i] ?? 0) + 0.1 * gradient;
    const v = 0.999 * (second[i] ?? 0) + 0.001 * gradient * gradient;
    first[i] = m;
    second[i] = v;
    values[i] = value - (rate * m) / (Math.sqrt(v) + 1e-8);
  });
  gradients.fill(0);
}

interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

function meanAndDeviation(column: Float32Array): Scale {
  const present = column.filter((value) => !Number.isNaN(value));
  const mean = present.reduce((sum, value) => sum + value, 0) / Math.max(1, present.length);
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, present.length)) || 1 };
}

/** w·(x − mean)/deviation + b = (w/deviation)·x + (b − w·mean/deviation) */
function withScaling(layers: readonly Layer[], scale: readonly Scale[]): DenseLayer[] {
  return layers.map(({ inputs, outputs, values }, i) => {
    const weight = (j: number, k: number): number => {
      const raw = values[j * outputs + k] ?? 0;
      return i === 0 ? raw / (scale[j]?.deviation ?? 1) : raw;
    };
    const weights = Array.from({ length: inputs }, (_j, j) => Array.from({ length: outputs }, (_k, k) => weight(j, k)));
    const bias = Array.from({ length: outputs }, (_k, k) => {
      const raw = values[inputs * outputs + k] ?? 0;
      return i === 0 ? raw - scale.reduce((sum, { mean }, j) => sum + mean * weight(j, k), 0) : raw;
    });
    return { weights, bias, activation: i === layers.length - 1 ? 'Sigmoid' : 'Relu' };
  });
}

function shuffle(order: Int32Array, next: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
}

/** The probability in plain double arithmetic; a missing value has no meaning to a dense network and gives NaN. */
export function scoreDense(layers: readonly DenseLayer[], row: ArrayLike<number>): number {
  let values = Array.from(row);
  for (const { weights, bias, activation } of layers) {
    values = bias.map((start, k) => {
      const sum = values.reduce((total, value, j) => total + value * (weights[j]?.[k] ?? 0), start);
      return activation === 'Sigmoid' ? 1 / (1 + Math.exp(-sum)) : Math.max(0, sum);
    });
  }
  return values[0] ?? NaN;
}

export const denseToOnnx = (layers: readonly DenseLayer[], features: number): Uint8Array =>
  writeDense({ features, layers });
