import type { TreeNode } from '../../core/onnx/write-tabular.ts';
import type { RecipeInput } from '../../schema/recipe.ts';
import { release, type TestRelease } from '../edge/support/release.ts';
import { logisticModel, treeModel } from '../support/onnx-models.ts';
import { median, type Window } from './load.ts';

export const FEATURES = 30;
export const TREES = 100;
export const DEPTH = 6;
const columns = Array.from({ length: FEATURES }, (_, i) => `f${i}`);

/** What a request sends to such a release. */
export const forestInputs = Object.fromEntries(columns.map((name, i) => [name, (i % 7) / 7]));

function treeOf(depth: number, salt: number): TreeNode {
  if (depth === 0) return { value: ((salt * 37) % 101) / 10_000 - 0.005 };
  const feature = (salt * 13 + depth * 7) % FEATURES;
  return {
    feature,
    threshold: ((salt * 29) % 17) / 17,
    yes: treeOf(depth - 1, salt * 2 + 1),
    no: treeOf(depth - 1, salt * 2 + 2),
  };
}

const forest = (salt: number): Uint8Array =>
  treeModel({ features: FEATURES, trees: Array.from({ length: TREES }, (_, i) => treeOf(DEPTH, i + salt)) }).bytes;

const linear = (): Uint8Array =>
  logisticModel({
    features: FEATURES,
    weights: Array.from({ length: FEATURES }, (_, i) => ((i * 37) % 101) / 100 - 0.5),
    bias: 0.125,
  }).bytes;

interface Options {
  readonly number?: number;
  readonly logging?: RecipeInput['logging'];
}

/** Trees over inputs that come with the request. */
export const forestRelease = (endpoint: string, salt: number, options: Options = {}): Promise<TestRelease> =>
  releaseOf(endpoint, forest(salt), options);

/** A logistic regression over the same inputs. */
export const linearRelease = (endpoint: string): Promise<TestRelease> => releaseOf(endpoint, linear(), {});

const releaseOf = (endpoint: string, model: Uint8Array, { number = 1, logging }: Options): Promise<TestRelease> =>
  release({
    endpoint,
    number,
    model,
    proofs: { ort: 'EXACT', tabular: 'EXACT' },
    layout: null,
    recipe: {
      inputs: columns.map((name) => ({ name, dtype: 'FLOAT64' as const })),
      entities: [],
      features: undefined as never,
      derive: [],
      models: [
        {
          version: 'tiffin:default:model-version:bench@1',
          inputs: [{ tensor: 'features', columns }],
          score: { tensor: 'score' },
        },
      ],
      ...(logging && { logging }),
    },
  });

export const line = (name: string, own: readonly Window[]): string =>
  `  ${name.padEnd(22)} ${Math.round(median(own.map(({ requests, seconds }) => requests / seconds)))} requests/s, p50 ${median(own.map(({ p50Ms }) => p50Ms)).toFixed(2)} ms, p99 ${median(own.map(({ p99Ms }) => p99Ms)).toFixed(2)} ms, CPU ${median(own.map(({ cpuMs }) => cpuMs ?? 0)).toFixed(3)} ms a request`;

export const ratio = (a: readonly Window[], b: readonly Window[], of: (window: Window) => number): string =>
  (median(a.map(of)) / median(b.map(of))).toFixed(2);
