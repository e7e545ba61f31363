import { PREPARE } from './blue-green.ts';
import { atLeast, atMost, heardNodes, noData, number, type Checked, type SwitchCheck } from './switch-check.ts';

/** Of so many values a share says something, where `minAnswers` asks for more than nodes read ahead. */
const MOST_READS_NEEDED = 100;
/** No clock of a node tells less. */
const LEAST_MS = 1e-3;

/** What the nodes together are able to do with the candidate, and what it gets to read; each where a limit is declared. */
export function* capacityChecks(checked: Checked): Generator<SwitchCheck> {
  const { minPerSecond, maxStaleShare } = checked.blueGreen;
  if (minPerSecond !== null) {
    yield checked.step === PREPARE ? capacity(checked, minPerSecond) : answered(checked, minPerSecond);
  }
  if (maxStaleShare !== null) yield freshness(checked, maxStaleShare);
}

/** If every run took as long as one in a hundred does, one after another on each node: there are at least so many. */
function capacity(checked: Checked, limit: number): SwitchCheck {
  const { digests } = checked.blueGreen;
  const silent: string[] = [];
  let value = 0;
  for (const { node, serving } of heardNodes(checked)) {
    const { p99Ms = null } = serving.find(({ release }) => release === digests.candidate) ?? {};
    if (p99Ms === null) silent.push(node);
    else value += 1_000 / Math.max(p99Ms, LEAST_MS);
  }
  if (silent.length > 0) {
    return noData('THROUGHPUT', null, `${silent.join(', ')} does not say how long the candidate takes`);
  }
  return atLeast({ check: 'THROUGHPUT', node: null, value, limit }, 'warm runs of the candidate a second on all nodes');
}

function answered(
  { blueGreen: { windowSeconds, minAnswers }, window: { answers } }: Checked,
  limit: number,
): SwitchCheck {
  const within = `in the last ${windowSeconds} s`;
  if (answers < minAnswers) return noData('THROUGHPUT', null, `${answers} answers ${within}; needed: ${minAnswers}`);
  const value = answers / windowSeconds;
  return atLeast({ check: 'THROUGHPUT', node: null, value, limit }, `answers a second ${within}`);
}

/** Where the control reads as badly, it is not the candidate. */
function freshness(checked: Checked, limit: number): SwitchCheck {
  const { digests, minAnswers } = checked.blueGreen;
  const { read, stale, silent } = readsOf(checked, digests.candidate);
  const needed = Math.min(minAnswers, MOST_READS_NEEDED);
  if (silent.length > 0) return noData('FEATURES', null, `${silent.join(', ')} does not say how fresh features are`);
  if (read < needed) {
    return noData('FEATURES', null, `${read} values of features read in the last minute; needed: ${needed}`);
  }
  const found = atMost(
    { check: 'FEATURES', node: null, value: stale / read, limit },
    `of ${read} values of features in the last minute were too old or not there`,
  );
  if (found.state === 'PASSED') return found;
  const control = readsOf(checked, digests.control);
  const share = control.stale / control.read;
  if (!(share > limit)) return found;
  return { ...found, state: 'NO_DATA', detail: `${found.detail}; ${number(share)} at the control as well` };
}

function readsOf(checked: Checked, digest: string) {
  const sum = { read: 0, stale: 0 };
  const silent: string[] = [];
  for (const { node, serving } of heardNodes(checked)) {
    const found = serving.find(({ release }) => release === digest);
    if (!found?.features) silent.push(node);
    sum.read += found?.features?.read ?? 0;
    sum.stale += found?.features?.stale ?? 0;
  }
  return { ...sum, silent };
}
