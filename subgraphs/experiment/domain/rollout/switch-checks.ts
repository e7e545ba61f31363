import { answerChecks } from './answer-checks.ts';
import { PREPARE, type BlueGreen } from './blue-green.ts';
import { capacityChecks } from './capacity-checks.ts';
import {
  atMost,
  NODE_SILENCE_SECONDS,
  noData,
  number,
  secondsBetween,
  type Checked,
  type SwitchCheck,
  type SwitchNode,
} from './switch-check.ts';

/** A node that is silent for so long is taken for gone, unless it was ready when all traffic was switched. */
const GONE_SECONDS = 600;

/** The nodes that a switch rests on. */
export const nodesOf = (nodes: readonly SwitchNode[], { nodes: expected }: BlueGreen, at: string): SwitchNode[] =>
  nodes.filter(({ node, heardAt }) => secondsBetween(heardAt, at) <= GONE_SECONDS || expected.includes(node));

/** Every check of every node, then those of the answers. */
export function switchChecks(checked: Checked): readonly SwitchCheck[] {
  const { blueGreen, nodes } = checked;
  const names = new Set(nodes.map(({ node }) => node));
  const lost = blueGreen.nodes.filter((node) => !names.has(node));
  return [
    ...lost.map((node) => noData('HEARD', node, 'was ready at the switch and reports the deployment no more')),
    ...nodes.flatMap((node) => [heard(checked, node), ready(checked, node), ...fit(checked, node)]),
    ...capacityChecks(checked),
    ...answerChecks(checked),
  ];
}

function heard({ at }: Checked, { node, heardAt, manifestAgeMs, stale }: SwitchNode): SwitchCheck {
  const limit = NODE_SILENCE_SECONDS;
  const silent = secondsBetween(heardAt, at);
  if (silent > limit) return { ...noData('HEARD', node, `not heard since ${heardAt}`), value: silent, limit };
  const deaf = manifestAgeMs / 1_000;
  if (stale || deaf > limit) {
    const detail = `has not heard the registry for ${number(deaf)} s: orders may not reach it`;
    return { ...noData('HEARD', node, detail), value: deaf, limit };
  }
  return { check: 'HEARD', node, state: 'PASSED', value: silent, limit, detail: `heard at ${heardAt}` };
}

function ready({ blueGreen: { digests } }: Checked, { node, refused, serving }: SwitchNode): SwitchCheck {
  const found = { check: 'READY', node, value: null, limit: null } as const;
  if (refused !== null) return { ...found, state: 'FAILED', detail: `refuses: ${refused}` };
  const missing = Object.entries(digests)
    .filter(([, digest]) => !serving.some(({ release }) => release === digest))
    .map(([arm]) => arm);
  return missing.length === 0
    ? { ...found, state: 'PASSED', detail: 'both releases are loaded and proven by their golden rows' }
    : { ...found, state: 'NO_DATA', detail: `has not said yet that the ${missing.join(' and the ')} is loaded` };
}

/** Whether the node is quick enough and has room: what it does not say is not taken for good. */
function* fit({ blueGreen, step }: Checked, { node, serving, memory }: SwitchNode): Generator<SwitchCheck> {
  const { digests, maxP99Ms, maxMemoryShare } = blueGreen;
  const candidate = serving.find(({ release }) => release === digests.candidate);
  // After the switch its answers are timed.
  if (candidate && step === PREPARE) {
    const { p99Ms } = candidate;
    yield p99Ms === null
      ? noData('WARM_LATENCY', node, 'does not say how long the candidate takes')
      : atMost({ check: 'WARM_LATENCY', node, value: p99Ms, limit: maxP99Ms }, 'ms for a warm run of the candidate');
  }
  if (!memory) yield noData('MEMORY', node, 'does not say how much memory it uses');
  else {
    const value = memory.usedBytes / memory.limitBytes;
    yield atMost({ check: 'MEMORY', node, value, limit: maxMemoryShare }, 'of its memory is in use');
  }
}
