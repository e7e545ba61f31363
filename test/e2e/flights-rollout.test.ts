import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../examples/flights/data/prepare.ts';
import { tableRows } from '../../examples/shared/report/markdown-table.ts';
import { runFlights, serveFlights, type Ended } from '../support/flights.ts';
import { startInstall, type Install } from '../support/install.ts';
import { ask } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FROM = '2001-01-22T18';
const TO = '2001-01-22T21';
/** Time goes forward only. */
const LATER = '2001-01-22T22';
const DEPLOYMENT = 'tiffin:default:deployment:flight-delay@production';

/** A few hours of January in place of June, by the steps and margins of June: too few for anything but harm. */
describe('a rollout of flights', { timeout: 60_000 }, () => {
  let install: Install;
  let broken: Ended;
  let good: Ended;

  beforeAll(async () => {
    const folder = temporaryFolder('flights');
    await prepareData(folder, () => {}, '2001-01-23');
    install = await startInstall({
      env: { TIFFIN_SOURCE_DIRS: tmpdir(), TIFFIN_EDGE_POLL_MS: '100', TIFFIN_EDGE_HEARTBEAT_MS: '200' },
    });
    await serveFlights(install, folder);
    const roll = (candidate: string, to: string): Promise<Ended> =>
      runFlights('rollout', install, folder, ['--candidate', candidate, '--from', FROM, '--to', to]).ended;
    broken = await roll('percent', TO);
    good = await roll('challenger', LATER);
  }, 240_000);
  afterAll(async () => {
    await install?.stop();
  });

  const rowsOf = ({ text }: Ended): string[][] => tableRows(text.slice(text.indexOf('| step')));
  const query = `query ($id: ID!) { rollout(id: $id) { status step steps { weight minSamples margins { metric margin } }
    evaluation { verdict } control { id } } }`;
  const read = (name: string): Promise<any> => ask(install, 'viewer', query, { id: `tiffin:default:rollout:${name}` });

  it('of the broken candidate goes back at its first step, and says why', async () => {
    expect(broken.code, broken.text).toBe(0);
    expect(broken.text).toContain('june-percent: ROLLED_BACK');
    const last = rowsOf(broken).at(-1)!;
    expect(last.slice(0, 3)).toEqual(['1', '10 %', 'ROLLBACK']);
    expect(Number(last[4])).toBeGreaterThan(Number(last[3]) + 0.012);
    expect(last.at(-1)).toContain('flight-brier in step 1');
    expect(await read('june-percent')).toMatchObject({ status: 'ROLLED_BACK', step: 1 });
  });

  it('of the good one goes on, and is not called before its flights have come', async () => {
    expect(good.code, good.text).toBe(0);
    expect(rowsOf(good).at(-1)!.slice(0, 3)).toEqual(['1', '10 %', 'WAIT']);
    expect(good.text).toMatch(/now: WAIT \(.*more units of each arm to the 8000 of this step/);
    const rollout = await read('june-challenger');
    expect(rollout).toMatchObject({
      status: 'RUNNING',
      step: 1,
      steps: [
        { weight: 0.1, minSamples: 8_000, margins: [{ margin: 0.012 }] },
        { weight: 0.3, minSamples: 25_000, margins: [{ margin: 0.008 }] },
        { weight: 0.5, minSamples: 50_000, margins: [{ margin: 0.005 }] },
      ],
    });
    const { live } = await ask(install, 'viewer', 'query ($id: ID!) { deployment(id: $id) { live { id } } }', {
      id: DEPLOYMENT,
    });
    expect(live).toEqual(rollout.control);
  });

  it('refuses a candidate that there is not', async () => {
    const folder = temporaryFolder('flights');
    const { code, text } = await runFlights('rollout', install, folder, ['--candidate', 'none']).ended;
    expect(code).toBe(1);
    expect(text).toContain('--candidate takes challenger, percent, kilometres, not "none"');
  });
});
