import { DomainError } from '../../../../core/errors.ts';
import type { OriginFile } from './registered-model.ts';

/** The ONNX file among what a run wrote: `model.onnx` at the top, or the only one. Throws INVALID_INPUT. */
export function modelFileOf(files: readonly OriginFile[]): OriginFile {
  const top = files.find(({ path }) => path === 'model.onnx');
  if (top) return top;
  const models = files.filter(({ path }) => path.toLowerCase().endsWith('.onnx'));
  const [only] = models;
  if (only && models.length === 1) return only;
  const why =
    models.length === 0
      ? `there is no ONNX file among the ${files.length} files there`
      : `there are several ONNX files and none is "model.onnx": ${models
          .map(({ path }) => path)
          .slice(0, 10)
          .join(', ')}`;
  throw new DomainError('INVALID_INPUT', `source: ${why}; log the model with mlflow.onnx.log_model`, {
    field: 'source',
    allowed: ['a folder with model.onnx, as mlflow.onnx.log_model writes it'],
  });
}
