import { clientOf, type Connection } from '../../shared/connection.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { table } from '../../shared/report/markdown-table.ts';
import { DAY_MS } from '../population.ts';
import { playRing, ringTable } from './rings.ts';
import { HABITS, playVelocity, type WindowFindings } from './velocity.ts';

/** A name that nothing had before. */
const newRun = (kind: string): string => `${kind}-${Date.now().toString(36)}`;

export async function showRing(connection: Connection, output: ProgressOutput): Promise<void> {
  const answers = await playRing(clientOf(connection), newRun('ring'), Date.now());
  output.write(`${ringTable(answers)}\n`);
}

/** Within the week that the store knows, and far enough back that it ends about now. */
const BEGAN_BEFORE_MS = 6.5 * DAY_MS;

export async function showVelocity(connection: Connection, output: ProgressOutput): Promise<void> {
  const client = clientOf(connection);
  for (const [i, habit] of HABITS.entries()) {
    const findings = await playVelocity(client, `${newRun('payer')}-${i}`, {
      habit,
      beginMs: Date.now() - BEGAN_BEFORE_MS,
    });
    output.write(`${habit.name}:\n${velocityTable(findings)}\n\n`);
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What windows and counters said, as a table. */
export const velocityTable = (findings: readonly WindowFindings[]): string =>
  table(
    ['window', 'moments', 'wrong to the hop', 'off the exact window', 'INCR and EXPIRE off it'],
    findings.map(({ window, moments, wrong, error }) => [
      window,
      String(moments),
      String(wrong),
      percent(error.hops),
      percent(error.counter),
    ]),
  );
