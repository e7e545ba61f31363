import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TestControlPlane } from '../edge/support/control-plane.ts';
import { edgePlace, edgeProcess, post, until, type EdgeCommand, type EdgePlace } from '../edge/support/edge-process.ts';
import { expectKillsSurvived } from '../edge/support/kills.ts';
import { describeRefusals, refusingAt } from '../edge/support/refusals.ts';
import { release } from '../edge/support/release.ts';
import { answersAt } from '../edge/support/request-set/answers.ts';
import { describeRuntime, requestSets, serves } from '../edge/support/request-set/run.ts';

/** The edge of Node as it was built, run by others as its documentation says. */
const BUILT = 'dist/edge/adapters/node/main.js';
const PROGRAMS = 'test/interop/runtimes/node_modules/.bin';
const COMMANDS: readonly (readonly [name: string, command: EdgeCommand])[] = [
  ['Deno', [`${PROGRAMS}/deno`, 'run', '--allow-all', BUILT]],
  ['Bun', [`${PROGRAMS}/bun`, BUILT]],
];
const runtimes = COMMANDS.filter(([name, [program]]) => {
  const isThere = existsSync(program);
  if (!isThere) console.info(`skipped ${name}: npm run interop installs it into ${PROGRAMS}`);
  return isThere;
});

const { sets } = await requestSets();

for (const [name, command] of runtimes) {
  for (const set of Object.values(sets)) {
    describeRuntime(name, set, async (control) => {
      const edge = await edgeProcess(edgePlace(control), command);
      await serves(edge.url, control);
      return { answers: (requests) => answersAt(edge.url, requests), stop: () => edge.stop() };
    });
  }
}

for (const [name, command] of runtimes) {
  describeRefusals(name, async (control) => {
    const edge = await edgeProcess(edgePlace(control), command);
    return refusingAt(edge.url, control, () => edge.stop());
  });
}

const path = '/v1/predict/fraud-decision';
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };

describe.each(runtimes)('%s', (name, command) => {
  const answer = async (place: EdgePlace, count: number): Promise<{ ids: string[]; kill(): Promise<void> }> => {
    const edge = await edgeProcess(place, command);
    await until('it serves', async () => (await post(edge.url, '/v1/predict/fraud-decision', {})).status === 422);
    const answers = await Promise.all(Array.from({ length: count }, () => post(edge.url, path, body)));
    return { ids: answers.map(({ body: { id } }) => id as string), kill: () => edge.kill() };
  };

  it.each([1, 2])(
    'killed at random times under load, while monitoring cuts, hangs and refuses, loses nothing that was answered (seed %i)',
    (seed) => expectKillsSurvived(seed, command),
    300_000,
  );

  it('keeps what it answered when it is killed, and says what it is', { timeout: 120_000 }, async () => {
    const control = await TestControlPlane.start();
    const place = edgePlace(control);
    try {
      await control.publish([await release({ proofs: { tabular: 'EXACT', ort: 'EXACT' } })]);
      control.faults.telemetry = 'REFUSE_500';
      const first = await answer(place, 20);
      await first.kill();
      const second = await answer(place, 20);
      control.faults.telemetry = 'TAKE';
      const { counts, runtime } = await until(
        'all is shipped',
        () => control.heartbeats.findLast(({ counts: { answered, queued } }) => answered === 40 && queued === 0),
        60_000,
      );
      await second.kill();
      expect(counts).toMatchObject({ acked: 40, dropped: {} });
      expect(new Set(control.stored.keys())).toEqual(new Set([...first.ids, ...second.ids]));
      expect(runtime).toMatch(new RegExp(`^${name.toLowerCase()} \\d+\\.\\d+`));
    } finally {
      await control.down();
      place.remove();
    }
  });
});
