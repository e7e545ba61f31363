import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answeredAs, takeIn } from '../../../subgraphs/registry/operations/version/intake.ts';
import { ModelRunner } from '../../../subgraphs/registry/runtime/model-runner.ts';
import { outsidePath } from '../../support/vectors.ts';

const folder = outsidePath('onnx/models');
const files = folder === null ? [] : readdirSync(folder).filter((file) => file.endsWith('.onnx'));
const runner = new ModelRunner(20_000);
afterAll(() => runner.stop());

describe.skipIf(folder === null)('a model exported by a real trainer', () => {
  it('is there more than once', () => expect(files.length).toBeGreaterThan(10));

  it.each(files)('%s is taken in, and reproduces its own golden rows', async (file) => {
    const bytes = new Uint8Array(readFileSync(join(folder!, file)));
    const { model, golden, contract, goldenOrigin } = await takeIn(runner, bytes, [], []);
    expect(goldenOrigin).toBe('SELF');
    expect(golden.length).toBeGreaterThan(0);
    expect(golden[0]!.outputs.map(({ name }) => name)).toEqual(contract.outputs.map(({ name }) => name));
    const { rows } = await runner.run(
      model,
      golden.map(({ inputs }) => inputs),
    );
    expect(golden.every((row, i) => answeredAs(row, rows[i]))).toBe(true);
  });
});
