import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningEdge } from '../../edge/adapters/node/main.ts';
import type { ModelInRelease } from '../../schema/release.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { edgeHere, edgePlace, get, post, until } from './support/edge-process.ts';
import { heavyModel, release } from './support/release.ts';

const path = '/v1/predict/fraud-decision';
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };
const both = { ort: 'EXACT', tabular: 'EXACT' } as const;

let control: TestControlPlane;
let edge: RunningEdge | undefined;
let remove: (() => void) | undefined;

beforeEach(async () => {
  control = await TestControlPlane.start();
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  await control.down();
  remove?.();
});

async function start(
  proofs: ModelInRelease['proofs'],
  env: Record<string, string> = {},
  model?: Uint8Array,
): Promise<string> {
  await control.publish([await release({ proofs, ...(model && { model }) })]);
  const place = edgePlace(control, env);
  remove = () => place.remove();
  edge = await edgeHere(place);
  return edge.url;
}
const answering = (url: string) =>
  until('it serves', async () => {
    const answer = await post(url, path, body);
    return answer.status === 200 && answer.body;
  });

describe('a node runs a model on the engine', () => {
  it.each([
    [{}, 'tabular'],
    [{ TIFFIN_EDGE_ENGINE: 'ort' }, 'ort'],
  ])('that it is told to take: %o', async (env, engine) => {
    const url = await start(both, env);
    expect((await answering(url)).models).toMatchObject([{ engine }]);
    const { body: metrics } = await get(url, '/metrics');
    expect(metrics).toMatch(new RegExp(`^model_info\\{.*engine="${engine}"\\} 1$`, 'm'));
    expect(metrics).not.toMatch(/^engine_comparison_total\{/m);
  });

  it('or on none: it refuses what is not proven for the only one', async () => {
    const url = await start({ ort: 'EXACT' }, { TIFFIN_EDGE_ENGINE: 'tabular' });
    const { status, body: problem } = await until('it refused the entry', async () => {
      const answer = await post(url, path, body);
      return JSON.stringify(answer.body).includes('no engine of this node is proven') && answer;
    });
    expect(status).toBe(503);
    expect(JSON.stringify(problem)).toContain('tiffin:default:model-version:fraud@1');
  });

  it('that can run it, where the proof says more than is so', async () => {
    const url = await start(both, {}, heavyModel(8));
    expect((await answering(url)).models).toMatchObject([{ engine: 'ort' }]);
  });
});

it('compares the engines while it serves, and counts how they answer', async () => {
  const url = await start(both, { TIFFIN_EDGE_COMPARE_EVERY: '2' });
  expect((await answering(url)).models).toMatchObject([{ engine: 'tabular' }]);
  for (let i = 0; i < 9; i++) await post(url, path, body);
  const counted = await until('the runs are compared', async () => {
    const { body: metrics } = await get(url, '/metrics');
    const same = /^engine_comparison_total\{model="[0-9a-f]{64}",outcome="same"\} (\d+)$/m.exec(metrics)?.[1];
    return Number(same) >= 5 && metrics;
  });
  expect(counted).toMatch(/^engine_comparison_total\{.*outcome="different"\} 0$/m);
  expect((await get(url, '/readyz')).body).toEqual({ ready: true });
});
