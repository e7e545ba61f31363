import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../core/errors.ts';
import { readContract } from '../../../core/onnx/contract.ts';
import { ProtobufWriter } from '../../../core/onnx/protobuf.ts';
import { writeModel } from '../../../core/onnx/write-model.ts';
import { stripZipMap } from '../../../core/onnx/zip-map.ts';
import { logisticModel, treeModel } from '../../support/onnx-models.ts';

const message = (build: (writer: ProtobufWriter) => ProtobufWriter): ProtobufWriter => build(new ProtobufWriter());
const OUTPUT = message((m) =>
  m.text(1, 'y').message(
    2,
    message((t) =>
      t.message(
        1,
        message((e) => e.varint(1, 1)),
      ),
    ),
  ),
);
const graphWith = (build: (graph: ProtobufWriter) => ProtobufWriter): Uint8Array =>
  message((m) => m.varint(1, 8).message(7, build(new ProtobufWriter()).message(12, OUTPUT))).finish();

/** What a reader may do with any bytes: answer, or refuse with the one code. */
function refusal(bytes: Uint8Array): DomainError | undefined {
  try {
    readContract(bytes);
    stripZipMap(bytes);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    expect((error as DomainError).code).toBe('INVALID_INPUT');
    return error as DomainError;
  }
}

const LEAF = { value: 1 };
const SEEDS = [
  logisticModel({ features: 3, weights: [1, 2, 3], bias: 0, metadataProps: { 'tiffin.classLabels.score': '["a"]' } })
    .bytes,
  treeModel({ features: 2, trees: [{ feature: 1, threshold: 0.5, yes: LEAF, no: LEAF }] }).bytes,
  writeModel({
    nodes: [
      {
        op: 'ZipMap',
        domain: 'ai.onnx.ml',
        inputs: ['x'],
        outputs: ['y'],
        attributes: { classlabels_int64s: { ints: [0, 1] } },
      },
    ],
    inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 2] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: [-1] }],
  }),
];
const seed = fc.constantFrom(...SEEDS);

it('passes over groups, which some exporters leave in their files', () => {
  // Field 90: a group that holds a number, a text, and a group with a fixed number.
  const group = Uint8Array.of(0xd3, 5, 0x08, 1, 0x12, 1, 65, 0x1b, 0x0d, 1, 2, 3, 4, 0x1c, 0xd4, 5);
  const model = SEEDS[0]!;
  expect(readContract(Uint8Array.of(...group, ...model, ...group))).toEqual(readContract(model));
});

describe('a file of another kind', () => {
  const ascii = (text: string): readonly number[] => [...new TextEncoder().encode(text)];
  it.each<[string, readonly number[], RegExp]>([
    ['a pickle', [0x80, 4, 0x95, 0, 0], /a Python pickle, not an ONNX model: convert it with skl2onnx/],
    ['joblib', [0x78, 0x9c, 1], /joblib/],
    ['PyTorch', [0x50, 0x4b, 3, 4, 0], /torch\.onnx\.export/],
    ['Keras', [0x89, ...ascii('HDF\r\n')], /HDF5.*tf2onnx/],
    ['gzip', [0x1f, 0x8b, 8], /unpack it first/],
    ['TensorFlow Lite', [0x1c, 0, 0, 0, ...ascii('TFL3')], /TensorFlow Lite/],
    ['CatBoost', ascii('CBM1abc'), /format="onnx"/],
    ['LightGBM', ascii('tree\nversion=v4\n'), /LightGBM/],
    ['XGBoost', ascii('{L\0\0'), /XGBoost/],
    ['JSON', ascii('{"learner":{}}'), /a JSON text/],
    ['Git LFS', ascii('version https://git-lfs.github.com/spec/v1\n'), /git lfs pull/],
    ['HTML', ascii('<!doctype html>'), /web page/],
  ])('is named: %s', (_, bytes, said) => {
    expect(refusal(Uint8Array.from(bytes))?.message).toMatch(said);
  });
});

describe('bytes that are not a model', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /holds no graph/],
    ['text', new TextEncoder().encode('not a model, a sentence'), /not an ONNX model/],
    ['a varint without end', new Uint8Array(100).fill(0xff), /wider than 64 bits/],
    ['a varint of 65 bits', Uint8Array.of(0x08, ...Array<number>(9).fill(0xff), 0x02), /wider than 64 bits/],
    ['field number 0', Uint8Array.of(0x00, 0x00), /field number 0/],
    ['a group without end', Uint8Array.of(0x0b), /cut off/],
    ['a group that another one ends', Uint8Array.of(0x0b, 0x14), /did not begin/],
    ['groups without bottom', new Uint8Array(100).fill(0x0b), /nested too deep/],
    ['an end of no group', Uint8Array.of(0x0c), /wire type 4/],
    ['a wire type that does not exist', Uint8Array.of(0x0e), /wire type 6/],
    ['a graph of 4 GB in 6 bytes', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f), /larger than what is left/],
    ['a graph of 2^63 bytes', Uint8Array.of(0x3a, ...Array<number>(9).fill(0xff), 0x01), /larger than what is left/],
    ['a fixed number cut off', Uint8Array.of(0x0d, 0x00), /larger than what is left/],
    [
      'a graph without outputs',
      message((m) =>
        m.message(
          7,
          message((g) => g.text(2, 'g')),
        ),
      ).finish(),
      /no outputs/,
    ],
    ['two graphs', Uint8Array.of(...graphWith((g) => g), ...graphWith((g) => g)), /occurs twice/],
    ['a number for a graph', message((m) => m.varint(7, 5)).finish(), /should hold bytes/],
    [
      'a node without operator',
      graphWith((g) =>
        g.message(
          1,
          message((n) => n.text(1, 'x')),
        ),
      ),
      /names no operator/,
    ],
    [
      'a name that is no UTF-8',
      graphWith((g) =>
        g.message(
          1,
          message((n) => n.bytes(4, Uint8Array.of(0xc3, 0x28))),
        ),
      ),
      /not UTF-8/,
    ],
    [
      'an unknown element type',
      graphWith((g) =>
        g.message(
          11,
          message((v) =>
            v.text(1, 'x').message(
              2,
              message((t) =>
                t.message(
                  1,
                  message((e) => e.varint(1, 99)),
                ),
              ),
            ),
          ),
        ),
      ),
      /element type 99/,
    ],
    ['two outputs of one name', graphWith((g) => g.message(12, OUTPUT)), /names that differ/],
    [
      'our own property, broken',
      message((m) =>
        m.raw(graphWith((g) => g)).message(
          14,
          message((p) => p.text(1, 'tiffin.classLabels.y').text(2, '[1]')),
        ),
      ).finish(),
      /JSON array of strings/,
    ],
  ])('%s: refused with a reason', (_, bytes, why) => expect(refusal(bytes)?.message).toMatch(why));

  it('graphs nested ten thousand deep are refused, not followed', () => {
    let graph = new Uint8Array();
    for (let depth = 0; depth < 10_000; depth++) {
      graph = message((n) =>
        n
          .message(
            5,
            message((a) => a.bytes(6, graph)),
          )
          .text(4, 'If'),
      ).finish() as Uint8Array<ArrayBuffer>;
      graph = message((g) => g.bytes(1, graph)).finish() as Uint8Array<ArrayBuffer>;
    }
    expect(refusal(message((m) => m.bytes(7, graph)).finish())?.message).toMatch(/nested more than 32/);
  });

  it('a list of millions of labels or dimensions is refused before it is unpacked', () => {
    const ones = new Uint8Array(4_000_000).fill(1);
    const labels = message((a) => a.text(1, 'classlabels_int64s').bytes(8, ones));
    const zipMap = message((n) =>
      n.text(1, 'p').text(2, 'y').text(4, 'ZipMap').text(7, 'ai.onnx.ml').message(5, labels),
    );
    expect(refusal(graphWith((g) => g.message(1, zipMap)))?.message).toMatch(/more than 1000000 bytes/);
    const dims = new ProtobufWriter();
    for (let i = 0; i < 100; i++)
      dims.message(
        1,
        message((d) => d.varint(1, 1)),
      );
    const input = message((v) =>
      v.text(1, 'x').message(
        2,
        message((t) =>
          t.message(
            1,
            message((e) => e.varint(1, 1).message(2, dims)),
          ),
        ),
      ),
    );
    expect(refusal(graphWith((g) => g.message(11, input)))?.message).toMatch(/more than 64 dimensions/);
  });

  it('millions of tiny fields take time in proportion to the file', () => {
    const many = new Uint8Array(4_000_000).map((_, i) => (i % 2 === 0 ? 0x5a : 0));
    const before = process.cpuUsage();
    expect(refusal(message((m) => m.bytes(7, many)).finish())?.message).toMatch(/more than 10000 inputs/);
    // Of computing: reading every field once takes some seconds, reading all of them for each would take days.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(20_000);
  });
});

describe('weights outside the file', () => {
  const outside = message((t) =>
    t
      .text(8, 'w0')
      .varint(14, 1)
      .message(
        13,
        message((e) => e.text(1, 'location').text(2, '../weights.bin')),
      ),
  );
  const constant = message((a) => a.text(1, 'value').message(5, outside));
  const sparse = message((s) => s.message(1, outside));
  const body = message((g) => g.message(5, outside));

  it.each<[string, Uint8Array]>([
    ['an initializer', graphWith((g) => g.message(5, outside))],
    ['a sparse initializer', graphWith((g) => g.message(15, sparse))],
    [
      'a constant',
      graphWith((g) =>
        g.message(
          1,
          message((n) => n.text(4, 'Constant').message(5, constant)),
        ),
      ),
    ],
    [
      'the body of a loop',
      graphWith((g) =>
        g.message(
          1,
          message((n) =>
            n.text(4, 'Loop').message(
              5,
              message((a) => a.message(6, body)),
            ),
          ),
        ),
      ),
    ],
    [
      'a function',
      message((m) =>
        m.raw(graphWith((g) => g)).message(
          25,
          message((f) =>
            f.text(1, 'F').message(
              7,
              message((n) => n.text(4, 'Constant').message(5, constant)),
            ),
          ),
        ),
      ).finish(),
    ],
  ])('of %s are refused by the path they name', (_, bytes) => {
    expect(refusal(bytes)).toMatchObject({
      details: { field: 'artifact', tensor: 'w0', location: '../weights.bin' },
      message: expect.stringContaining('"../weights.bin"'),
    });
  });
});

describe('a damaged model', () => {
  it('cut off anywhere is refused or, where only trailing properties are lost, read', () => {
    for (const bytes of SEEDS) {
      const whole = readContract(bytes);
      for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        if (!refusal(cut)) expect(readContract(cut).outputs).toEqual(whole.outputs);
      }
    }
  });

  it('with flipped bits, foreign bytes or doubled parts never does anything but answer or refuse', () => {
    const flips = fc.array(fc.record({ at: fc.nat(), bit: fc.nat(7) }), { minLength: 1, maxLength: 8 });
    const splice = fc.record({ from: fc.nat(), to: fc.nat(), insert: fc.uint8Array({ maxLength: 16 }) });
    fc.assert(
      fc.property(seed, flips, fc.option(splice), (bytes, bits, part) => {
        const damaged = Uint8Array.from(bytes);
        for (const { at, bit } of bits) damaged[at % damaged.length]! ^= 1 << bit;
        const { from, to, insert } = part ?? { from: 0, to: 0, insert: [] };
        refusal(
          Uint8Array.of(...damaged.subarray(0, from % bytes.length), ...insert, ...damaged.subarray(to % bytes.length)),
        );
      }),
      { numRuns: 3000 },
    );
  });
});
