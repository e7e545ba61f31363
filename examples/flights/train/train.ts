import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withDuck } from '../../shared/duck.ts';
import { loadSample } from '../data/feature-matrix.ts';
import { dataFiles, prepareData } from '../data/prepare.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { cardOf, FLIGHT_MODELS, trainFlightModel, type FlightModel } from './flight-model.ts';

/** The files of a trained model, as they are uploaded to the registry. */
export const modelFiles = (folder: string, name: string) => {
  const own = join(folder, 'models', name);
  return {
    folder: own,
    onnx: join(own, 'model.onnx'),
    evaluation: join(own, 'evaluation.json'),
    goldenRows: join(own, 'golden-rows.json'),
    card: join(own, 'card.md'),
  };
};

/** Trains all models of the example and writes each with its evaluation, golden rows and card. */
export async function train(folder: string, output: ProgressOutput): Promise<void> {
  await prepareData(folder, (line) => output.write(`${line}\n`));
  await withDuck(async (duck) => {
    const files = dataFiles(folder);
    for (const plan of FLIGHT_MODELS) {
      const samples = {
        train: await loadSample(duck, files, plan.trainedOn),
        evaluate: await loadSample(duck, files, plan.evaluatedOn),
      };
      const model = trainFlightModel(plan, samples, output);
      await writeModelFiles(folder, model);
      const { auc, brier } = model.quality;
      output.write(`${plan.name}: AUC ${auc.toFixed(4)}, Brier ${brier.toFixed(4)}, ${model.onnx.length} bytes\n`);
    }
  });
  output.write(`models are in ${join(folder, 'models')}\n`);
}

async function writeModelFiles(folder: string, model: FlightModel): Promise<void> {
  const files = modelFiles(folder, model.plan.name);
  await mkdir(files.folder, { recursive: true });
  await writeFile(files.onnx, model.onnx);
  await writeFile(files.evaluation, JSON.stringify(model.evaluation));
  await writeFile(files.goldenRows, JSON.stringify(model.goldenRows));
  await writeFile(files.card, cardOf(model));
}
