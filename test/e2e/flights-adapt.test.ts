import { cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../examples/flights/data/prepare.ts';
import { createAlertRules } from '../../examples/flights/setup/alert-rules.ts';
import { tableRows } from '../../examples/shared/report/markdown-table.ts';
import { runFlights, serveFlights, type Ended } from '../support/flights.ts';
import { startInstall, type Install } from '../support/install.ts';
import { ask } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The calmest day of the reference week, and the worst of the storm. */
const CALM = ['--from', '2001-01-23', '--to', '2001-01-24', '--share', '0.1'];
const STORM = ['--from', '2001-02-16', '--to', '2001-02-19', '--share', '0.35'];
const PREPARED_UNTIL = '2001-02-19';
const DEPLOYMENT = 'tiffin:default:deployment:flight-delay@production';

interface Adapted {
  readonly install: Install;
  readonly before: string;
  readonly end: Ended;
}

/** Two days in place of five weeks: scores drift between them, and everything after that is what happens in February. */
describe('a model that adapts to a storm', { timeout: 60_000 }, () => {
  const installs: Install[] = [];
  let stood: Adapted;
  let alone: Adapted;

  async function adapted(folder: string, more: readonly string[]): Promise<Adapted> {
    const install = await startInstall({
      env: {
        TIFFIN_SOURCE_DIRS: tmpdir(),
        TIFFIN_EDGE_POLL_MS: '100',
        TIFFIN_EDGE_HEARTBEAT_MS: '200',
        // A busy machine must not turn a slow thread into a shadow that is not let in.
        TIFFIN_EDGE_SHADOW_BUDGET_MS: '30000',
      },
      readyMs: 180_000,
    });
    installs.push(install);
    await serveFlights(install, folder);
    await createAlertRules(install.client().graph);
    const before = await liveOn(install);
    const calm = await runFlights('replay', install, folder, CALM).ended;
    expect(calm.code, calm.text).toBe(0);
    const end = await runFlights('adapt', install, folder, [...STORM, ...more]).ended;
    return { install, before, end };
  }

  beforeAll(async () => {
    const folder = temporaryFolder('flights');
    await prepareData(folder, () => {}, PREPARED_UNTIL);
    const other = temporaryFolder('flights-alone');
    cpSync(folder, other, { recursive: true });
    [stood, alone] = await Promise.all([adapted(folder, []), adapted(other, ['--no-standing'])]);
  }, 900_000);
  afterAll(async () => {
    await Promise.all(installs.map((install) => install.stop()));
  });

  const kindsOf = ({ end: { text } }: Adapted): string[] =>
    tableRows(text.slice(text.indexOf('| step'))).map(([kind]) => kind!);

  it('goes from drift to live, inside a standing approval by two people', async () => {
    expect(stood.end.code, stood.end.text).toBe(0);
    expect(kindsOf(stood)).toEqual([
      'TRIGGERED',
      'ASKED',
      'APPROVED',
      'REQUEST',
      'TRAIN',
      'SUBMIT',
      'VALIDATE',
      'APPROVE',
      'RELEASE',
      'SHADOW',
      'COMPARE',
      'ROLL_OUT',
      'PROMOTE',
      'DONE',
    ]);
    expect(stood.end.text).toMatch(/score-drift: /);
    const live = await liveOn(stood.install);
    expect(live).not.toBe(stood.before);
    expect(stood.end.text).toContain(`Why is it live? ${live} runs tiffin:default:model-version:flight-delay@2`);
  });

  it('stops at VALIDATED without one, and says so', async () => {
    expect(alone.end.code, alone.end.text).toBe(0);
    expect(kindsOf(alone).slice(-2)).toEqual(['VALIDATE', 'STOPPED']);
    expect(alone.end.text).toContain('stays VALIDATED: no standing approval by two people lets it through');
    const query = '{ modelVersion(id: "tiffin:default:model-version:flight-delay@2") { state } }';
    expect(await ask(alone.install, 'viewer', query)).toEqual({ state: 'VALIDATED' });
    expect(await liveOn(alone.install)).toBe(alone.before);
  });
});

async function liveOn(install: Install): Promise<string> {
  const { live } = await ask(install, 'viewer', 'query ($id: ID!) { deployment(id: $id) { live { id } } }', {
    id: DEPLOYMENT,
  });
  return live.id;
}
