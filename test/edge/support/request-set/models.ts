import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mendModel } from '../../../../core/onnx/mend-model.ts';
import { COLUMNS, type ModelKind } from '../../../../examples/fraud/decision/fields.ts';
import { trainFraudModel } from '../../../../examples/fraud/train/fraud-model.ts';
import { boostedTreesToOnnx, trainBoostedTrees } from '../../../../examples/shared/train/boosted-trees.ts';
import { denseToOnnx, LOGISTIC, NETWORK, trainDense } from '../../../../examples/shared/train/dense-network.ts';
import { random, type Matrix } from '../../../../examples/shared/train/matrix.ts';
import { outsidePath } from '../../../support/vectors.ts';
import { ECHOED, halfModel, identityModel } from '../dtype-model.ts';

/** Rows of drawn numbers in which the label follows the third column. */
function drawnRows(names: readonly string[], rows = 120): Matrix {
  const next = random(7);
  const columns = names.map(() => Float32Array.from({ length: rows }, () => next()));
  const labels = Uint8Array.from({ length: rows }, (_, row) => ((columns[2]?.[row] ?? 0) > 0.7 ? 1 : 0));
  return { names, columns, labels, rows };
}

const FLIGHT_COLUMNS = ['distance', 'departure_delay', 'carrier_delay', 'hour', 'weekday', 'taxi_out'];

/** The models of the examples, each learned by the example's own trainer. */
function exampleModels(): [string, Uint8Array][] {
  const flights = drawnRows(FLIGHT_COLUMNS);
  const width = FLIGHT_COLUMNS.length;
  return [
    ...(Object.keys(COLUMNS) as ModelKind[]).map((kind): [string, Uint8Array] => [
      `fraud-${kind}`,
      trainFraudModel(kind, drawnRows(COLUMNS[kind]), 0.2).onnx,
    ]),
    ['flights-trees', boostedTreesToOnnx(trainBoostedTrees(flights), width)],
    ['flights-logistic', denseToOnnx(trainDense(flights, LOGISTIC), width)],
    ['flights-network', denseToOnnx(trainDense(flights, NETWORK), width)],
  ];
}

/** Models that users of scikit-learn, LightGBM and XGBoost exported, where they are at hand. */
function exportedModels(): [string, Uint8Array][] {
  const folder = outsidePath('onnx/models');
  const files = folder === null ? [] : readdirSync(folder).filter((file) => file.endsWith('.onnx'));
  return files.map((file) => [
    file
      .replace(/\.onnx$/, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-'),
    mendModel(new Uint8Array(readFileSync(join(folder ?? '', file)))),
  ]);
}

/** Every model of the set by the name of its endpoint. */
export const modelsOfSet = (): ReadonlyMap<string, Uint8Array> =>
  new Map([
    ...exampleModels(),
    ['every-type', identityModel(ECHOED)],
    ['half-precision', halfModel()],
    ...exportedModels(),
  ]);
