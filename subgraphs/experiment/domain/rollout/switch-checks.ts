import { PREPARE, type BlueGreen } from './blue-green.ts';

export const SWITCH_CHECKS = ['HEARD', 'READY', 'WARM_LATENCY', 'MEMORY', 'ERRORS', 'LATENCY'] as const;
export type SwitchCheckName = (typeof SWITCH_CHECKS)[number];

export const CHECK_STATES = ['PASSED', 'FAILED', 'NO_DATA'] as const;
export type CheckState = (typeof CHECK_STATES)[number];

/** An enrolled node that reports the deployment, as monitoring knows it. Times are ISO 8601. */
export interface SwitchNode {
  readonly node: string;
  /** When its newest heartbeat arrived. */
  readonly heardAt: string;
  /** Milliseconds since it heard the registry, by that heartbeat. */
  readonly manifestAgeMs: number;
  readonly stale: boolean;
  /** Why it does not honour the newest order; null where it does. */
  readonly refused: string | null;
  readonly serving: readonly {
    /** A release that it can answer with, and what that took in its warm runs. */
    readonly release: string;
    readonly p99Ms: number | null;
    /** Requests of the minute before the heartbeat that it gave no answer to: they leave no record. */
    readonly unanswered: number | null;
  }[];
  readonly memory: { readonly usedBytes: number; readonly limitBytes: number } | null;
}

/** The answers of one arm that the store took in one window. */
export interface SwitchWindow {
  readonly answers: number;
  /** Those that a fallback gave. */
  readonly errors: number;
  /** Over those that were timed; null where none was. */
  readonly p99Ms: number | null;
}

/** What one check has found. */
export interface SwitchCheck {
  readonly check: SwitchCheckName;
  /** The node that it is about; null: the answers of all. */
  readonly node: string | null;
  readonly state: CheckState;
  readonly value: number | null;
  readonly limit: number | null;
  /** In words. */
  readonly detail: string;
}

export interface Checked {
  readonly at: string;
  readonly step: number;
  readonly blueGreen: BlueGreen;
  readonly nodes: readonly SwitchNode[];
  readonly window: SwitchWindow;
}

/** A node that beats every ten seconds has then missed five of them. */
export const NODE_SILENCE_SECONDS = 60;

/** A node that is silent for so long is taken for gone, unless it was ready when all traffic was switched. */
const GONE_SECONDS = 600;

/** The nodes that a switch rests on. */
export const nodesOf = (nodes: readonly SwitchNode[], { nodes: expected }: BlueGreen, at: string): SwitchNode[] =>
  nodes.filter(({ node, heardAt }) => secondsBetween(heardAt, at) <= GONE_SECONDS || expected.includes(node));

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1_000;

/** Every check of every node, then those of the answers. */
export function switchChecks(checked: Checked): readonly SwitchCheck[] {
  const { blueGreen, nodes } = checked;
  const names = new Set(nodes.map(({ node }) => node));
  const lost = blueGreen.nodes.filter((node) => !names.has(node));
  return [
    ...lost.map((node) => noData('HEARD', node, 'was ready at the switch and reports the deployment no more')),
    ...nodes.flatMap((node) => [heard(checked, node), ready(checked, node), ...fit(checked, node)]),
    ...answerChecks(checked),
  ];
}

const noData = (check: SwitchCheckName, node: string | null, detail: string): SwitchCheck => ({
  check,
  node,
  state: 'NO_DATA',
  value: null,
  limit: null,
  detail,
});

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
      : limited({ check: 'WARM_LATENCY', node, value: p99Ms, limit: maxP99Ms }, 'ms for a warm run of the candidate');
  }
  if (!memory) yield noData('MEMORY', node, 'does not say how much memory it uses');
  else {
    const value = memory.usedBytes / memory.limitBytes;
    yield limited({ check: 'MEMORY', node, value, limit: maxMemoryShare }, 'of its memory is in use');
  }
}

/** The requests of the window: those with an answer by the records, those without by the nodes. */
function answerChecks(checked: Checked): readonly SwitchCheck[] {
  const { windowSeconds, minAnswers, maxErrorShare, maxP99Ms } = checked.blueGreen;
  const { answers, errors, p99Ms } = checked.window;
  const within = `in the last ${windowSeconds} s`;
  const { count: unanswered, silent } = unansweredOf(checked);
  const asked = answers + unanswered;
  const few = (count: number): string => `${number(count)} answers ${within}; needed: ${minAnswers}`;
  const share = { check: 'ERRORS', node: null, value: (errors + unanswered) / asked, limit: maxErrorShare } as const;
  const isOver = asked >= minAnswers && share.value > maxErrorShare;
  return [
    asked < minAnswers
      ? noData('ERRORS', null, few(asked))
      : silent.length > 0 && !isOver
        ? noData('ERRORS', null, `${silent.join(', ')} does not say how many requests had no answer`)
        : limited(share, `of ${number(asked)} requests ${within} had no answer, or a fallback's`),
    answers < minAnswers
      ? noData('LATENCY', null, few(answers))
      : p99Ms === null
        ? noData('LATENCY', null, `no answer ${within} was timed`)
        : limited(
            { check: 'LATENCY', node: null, value: p99Ms, limit: maxP99Ms },
            `ms at the 99th percentile ${within}`,
          ),
  ];
}

/** How many requests of a window had no answer, by the minutes of the nodes that are heard. */
function unansweredOf({ at, step, blueGreen, nodes }: Checked) {
  const answering = step === PREPARE ? blueGreen.digests.control : blueGreen.digests.candidate;
  const silent: string[] = [];
  let inMinute = 0;
  for (const { node, heardAt, serving } of nodes) {
    if (secondsBetween(heardAt, at) > NODE_SILENCE_SECONDS) continue;
    const found = serving.find(({ release }) => release === answering);
    if (found?.unanswered === null) silent.push(node);
    inMinute += found?.unanswered ?? 0;
  }
  return { count: (inMinute * blueGreen.windowSeconds) / 60, silent };
}

type Limited = Pick<SwitchCheck, 'check' | 'node'> & { readonly value: number; readonly limit: number };

const limited = (found: Limited, what: string): SwitchCheck => ({
  ...found,
  state: found.value <= found.limit ? 'PASSED' : 'FAILED',
  detail: `${number(found.value)} ${what}; allowed: up to ${number(found.limit)}`,
});

const number = (value: number): string => String(Number(value.toPrecision(4)));
