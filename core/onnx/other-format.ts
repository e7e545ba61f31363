import { DomainError } from '../errors.ts';

interface Format {
  readonly name: string;
  /** What to do instead. */
  readonly advice: string;
  readonly is: (bytes: Uint8Array) => boolean;
}

const startsWith =
  (...signature: readonly (number | string)[]) =>
  (bytes: Uint8Array): boolean => {
    const wanted = signature.flatMap((part) =>
      typeof part === 'number' ? [part] : Array.from(part, (character) => character.charCodeAt(0)),
    );
    return wanted.every((byte, i) => bytes[i] === byte);
  };

const SKLEARN = 'convert it with skl2onnx (`to_onnx`), or onnxmltools for XGBoost and LightGBM';

/** Files of the field that people upload by mistake, by the first bytes of each; none of them can begin an ONNX file. */
const FORMATS: readonly Format[] = [
  {
    name: 'a Python pickle',
    advice: SKLEARN,
    is: (bytes) => bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 9) <= 5,
  },
  { name: 'a compressed joblib file', advice: SKLEARN, is: startsWith(0x78, 0x9c) },
  {
    name: 'a ZIP archive, as PyTorch (.pt), Keras (.keras) and skops write',
    advice: 'export it with `torch.onnx.export` or tf2onnx',
    is: startsWith('PK', 3, 4),
  },
  { name: 'an HDF5 file, as Keras writes', advice: 'convert it with tf2onnx', is: startsWith(0x89, 'HDF') },
  {
    name: 'a gzip file',
    advice: 'unpack it first',
    is: startsWith(0x1f, 0x8b),
  },
  {
    name: 'a TensorFlow Lite model',
    advice: 'convert it with tf2onnx',
    is: (bytes) => startsWith('TFL3')(bytes.subarray(4)),
  },
  { name: 'a CatBoost model', advice: 'save it with `format="onnx"`', is: startsWith('CBM1') },
  { name: 'a LightGBM text model', advice: 'convert it with onnxmltools', is: startsWith('tree\nversion') },
  { name: 'an XGBoost binary model', advice: 'convert it with onnxmltools', is: startsWith('{L') },
  { name: 'a JSON text', advice: 'convert the model with onnxmltools', is: startsWith('{"') },
  {
    name: 'a Git LFS pointer',
    advice: 'fetch the file itself with `git lfs pull`',
    is: startsWith('version https://'),
  },
  { name: 'a web page', advice: 'download the file itself', is: startsWith('<') },
];

/** Throws INVALID_INPUT that says what the file is and what to do, where its first bytes tell that it is no ONNX model. */
export function refuseOtherFormats(bytes: Uint8Array): void {
  const found = FORMATS.find(({ is }) => is(bytes));
  if (!found) return;
  throw new DomainError('INVALID_INPUT', `The file is ${found.name}, not an ONNX model: ${found.advice}.`, {
    field: 'artifact',
    allowed: ['ONNX'],
  });
}
