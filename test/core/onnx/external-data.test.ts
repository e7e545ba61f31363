import { describe, expect, it } from 'vitest';
import { externalFilesOf, inlineExternalData } from '../../../core/onnx/external-data.ts';
import { bytesOf, ProtobufWriter, readFields } from '../../../core/onnx/protobuf.ts';
import { writeModel } from '../../../core/onnx/write-model.ts';

const WEIGHTS = [0.5, -1, 2.25, 8];
const whole = writeModel({
  nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
  inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 4] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 1] }],
  initializers: [{ name: 'w', dtype: 'float32', shape: [4, 1], data: WEIGHTS }],
});
const raw = new Uint8Array(Float32Array.from(WEIGHTS).buffer);

/** The model with its weights said to lie elsewhere: as `onnx.save_model(…, save_as_external_data=True)` writes it. */
function outside(said: Readonly<Record<string, string>>): Uint8Array {
  const tensor = new ProtobufWriter().varint(1, 4).varint(1, 1).varint(2, 1).text(8, 'w');
  for (const [key, value] of Object.entries(said)) {
    tensor.message(13, new ProtobufWriter().text(1, key).text(2, value));
  }
  tensor.varint(14, 1);
  const out = new ProtobufWriter();
  for (const field of readFields(whole)) {
    if (field.number !== 7) out.raw(whole.subarray(field.start, field.end));
    else {
      const graph = bytesOf(field);
      const inner = new ProtobufWriter();
      for (const part of readFields(graph)) {
        if (part.number === 5) inner.message(5, tensor);
        else inner.raw(graph.subarray(part.start, part.end));
      }
      out.message(7, inner);
    }
  }
  return out.finish();
}

/** The bytes of the only weights of a model. */
function rawOf(model: Uint8Array): Uint8Array | undefined {
  for (const field of readFields(model)) {
    if (field.number !== 7) continue;
    for (const part of readFields(bytesOf(field))) {
      if (part.number !== 5) continue;
      for (const value of readFields(bytesOf(part))) if (value.number === 9) return bytesOf(value);
    }
  }
  return undefined;
}

describe('weights in files of their own', () => {
  it('are named once, and come into the model', () => {
    const model = outside({ location: 'weights.bin', offset: '8', length: '16' });
    expect(externalFilesOf(model)).toEqual(['weights.bin']);
    const file = new Uint8Array(32);
    file.set(raw, 8);
    const one = inlineExternalData(model, new Map([['weights.bin', file]]));
    expect(externalFilesOf(one)).toEqual([]);
    expect([...(rawOf(one) ?? [])]).toEqual([...raw]);
  });

  it('go to the end of their file where no length is said', () => {
    const one = inlineExternalData(outside({ location: 'w' }), new Map([['w', raw]]));
    expect([...(rawOf(one) ?? [])]).toEqual([...raw]);
  });

  it('are none in a model of one file, which stays as it is', () => {
    expect(externalFilesOf(whole)).toEqual([]);
    expect(inlineExternalData(whole, new Map())).toEqual(whole);
  });

  it.each([
    [{ location: 'w', length: '99' }, '"w" has 16 bytes'],
    [{ location: 'w', offset: '-4', length: '4' }, '"w" has 16 bytes'],
    [{ location: 'w', offset: 'NaN' }, '"w" has 16 bytes'],
    [{ location: '../../etc/passwd' }, '"../../etc/passwd" is missing'],
  ])('are refused at %j', (said, why) => {
    expect(() => inlineExternalData(outside(said as Record<string, string>), new Map([['w', raw]]))).toThrow(why);
  });
});
