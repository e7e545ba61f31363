import { describe, expect, it } from 'vitest';
import { PLAN_VERSION } from '../../../core/tabular/plan-blob.ts';
import type { LoadBytes } from '../../../edge/engines/engine.ts';
import { PlanEngine } from '../../../edge/engines/plan-engine.ts';
import { TabularEngine } from '../../../edge/engines/tabular-engine.ts';
import type { ModelInRelease } from '../../../schema/release.ts';
import { release } from '../support/release.ts';

const { document, blobs } = await release({ proofs: { tabular: 'EXACT' } });
const [file] = document.models as [ModelInRelease];
const rows = {
  features: { dtype: 'float32' as const, shape: [2, 4], data: Float32Array.from([1, 2, 3, 4, -1, 0, 9, 7]) },
};

const loading = (): { readonly load: LoadBytes; readonly loaded: string[] } => {
  const loaded: string[] = [];
  return {
    loaded,
    load: (digest) => {
      loaded.push(digest);
      const bytes = blobs.get(digest);
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`no blob ${digest}`));
    },
  };
};

describe('the tabular engine', () => {
  it('runs the plan that a release brings, as it runs the file', async () => {
    const { load, loaded } = loading();
    const [byPlan, byFile] = [new PlanEngine(load), new TabularEngine(load)];
    expect(byPlan.prepare(file)).toEqual(file.plan);
    expect(await byPlan.run(file.digest, rows)).toStrictEqual(await byFile.run(file.digest, rows));
    expect(loaded).toEqual([file.plan!.digest, file.digest]);
    expect(await byPlan.compiled(file.digest)).toStrictEqual(await byFile.compiled(file.digest));
  });

  it.each<[string, ModelInRelease['plan']]>([
    ['no plan', null],
    ['a plan of a version to come', { version: PLAN_VERSION + 1, digest: '0'.repeat(64), sizeBytes: 8 }],
  ])('compiles the file of a release with %s, unless it is one that compiles none', async (_, plan) => {
    const { load, loaded } = loading();
    const engine = new TabularEngine(load);
    expect(engine.prepare({ ...file, plan })).toEqual({ digest: file.digest, sizeBytes: file.sizeBytes });
    await engine.run(file.digest, rows);
    expect(loaded).toEqual([file.digest]);
    expect(() => new PlanEngine(load).prepare({ ...file, plan })).toThrow(/compiles no model itself/);
  });

  it('refuses a plan that it cannot read, and reads it anew when it is asked again', async () => {
    const bytes = blobs.get(file.plan!.digest)!;
    let cut = true;
    const engine = new PlanEngine(() => Promise.resolve(cut ? bytes.slice(0, 20) : bytes));
    engine.prepare(file);
    await expect(engine.run(file.digest, rows)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    cut = false;
    expect((await engine.run(file.digest, rows))['score']!.data).toHaveLength(2);
  });

  it('does not run a file that was never prepared, where it compiles none', async () => {
    const { load } = loading();
    await expect(new PlanEngine(load).run(file.digest, rows)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });
});
