import { expect, it } from 'vitest';
import { Attributes } from '../../../core/onnx/attributes.ts';
import { ProtobufWriter } from '../../../core/onnx/protobuf.ts';

const INTS = 8;
const FLOATS = 7;
const TYPE = 20;
const NUMBERS = [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 2_147_483_647];

const head = (): ProtobufWriter => new ProtobufWriter().text(1, 'list');
const int32s = (message: ProtobufWriter): number[] => [...new Attributes([message.finish()]).int32s('list')];
const floats = (message: ProtobufWriter): number[] => [...new Attributes([message.finish()]).floats('list')];
const unpacked = (numbers: readonly number[], message = head()): ProtobufWriter => {
  for (const number of numbers) message.varint(INTS, number);
  return message;
};
/** The fields' own encoding, without their tags. */
const packed = (numbers: readonly number[]): Uint8Array => {
  const parts = numbers.map((number) => new ProtobufWriter().varint(INTS, number).finish().subarray(1));
  return Uint8Array.from(parts.flatMap((part) => [...part]));
};

it.each<[string, (numbers: readonly number[]) => ProtobufWriter]>([
  ['one field each', (numbers) => unpacked(numbers)],
  ['one field each, and its type behind', (numbers) => unpacked(numbers).varint(TYPE, 7)],
  ['its type before', (numbers) => unpacked(numbers, head().varint(TYPE, 7))],
  ['packed', (numbers) => head().bytes(INTS, packed(numbers))],
  ['in two parts', (numbers) => unpacked(numbers.slice(3), unpacked(numbers.slice(0, 3)).varint(TYPE, 7))],
  ['both ways', (numbers) => unpacked(numbers.slice(3), head().bytes(INTS, packed(numbers.slice(0, 3))))],
  ['packed behind', (numbers) => unpacked(numbers.slice(0, 3)).bytes(INTS, packed(numbers.slice(3)))],
])('integers are the same, written %s', (_, write) => {
  expect(int32s(write(NUMBERS))).toEqual(NUMBERS);
  expect(int32s(write(NUMBERS.slice(0, 6)))).toEqual(NUMBERS.slice(0, 6));
  expect(int32s(write([3, -1, -2_147_483_648, 5]))).toEqual([3, -1, -2_147_483_648, 5]);
});

it('floats are the same, in one run or in two', () => {
  const numbers = [0.5, -1, 3.25, 1e-38];
  const whole = head();
  for (const number of numbers) whole.float(FLOATS, number);
  const parted = head().float(FLOATS, 0.5).varint(TYPE, 6);
  for (const number of numbers.slice(1)) parted.float(FLOATS, number);
  const expected = [...Float32Array.from(numbers)];
  expect([floats(whole), floats(parted)]).toEqual([expected, expected]);
});

it('what does not fit 32 bits, is cut off, or is of another type is refused', () => {
  expect(() => int32s(unpacked([1, 2 ** 31]))).toThrow('beyond 32 bits');
  const cut = unpacked([1, 300]).finish();
  expect(() => new Attributes([cut.subarray(0, cut.length - 1)]).int32s('list')).toThrow('cut off');
  expect(() => int32s(head().float(FLOATS, 1))).toThrow('another type');
  expect(int32s(head())).toEqual([]);
});
