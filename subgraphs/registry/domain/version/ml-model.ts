import type { ModelVersion } from './model-version.ts';

/** The file by which MLflow's clients know what a folder holds. */
export const ML_MODEL = 'MLmodel';

/** That file for a version that came in without one: ONNX, in `model.onnx`. Every text in it is quoted as JSON, which YAML reads. */
export function mlModelOf({ model, number, createdAt }: ModelVersion): string {
  return [
    `artifact_path: ${JSON.stringify(`${model}@${number}`)}`,
    'flavors:',
    '  onnx:',
    '    code: null',
    '    data: model.onnx',
    '    onnx_session_options: null',
    '    providers: [CPUExecutionProvider]',
    '  python_function:',
    '    data: model.onnx',
    '    loader_module: mlflow.onnx',
    `utc_time_created: ${JSON.stringify(createdAt.toISOString().replace('T', ' ').replace('Z', ''))}`,
    '',
  ].join('\n');
}
