import type { BlueGreen } from './blue-green.ts';

export const SWITCH_CHECKS = [
  'HEARD',
  'READY',
  'WARM_LATENCY',
  'MEMORY',
  'FEATURES',
  'THROUGHPUT',
  'ERRORS',
  'LATENCY',
] as const;
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
    /** Values that it asked the store for in that minute, and those that were too old, not found or not read in time. */
    readonly features: { readonly read: number; readonly stale: number } | null;
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

export const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1_000;

/** The nodes that were heard of late: what others said last is not how they are. */
export const heardNodes = ({ nodes, at }: Pick<Checked, 'nodes' | 'at'>): readonly SwitchNode[] =>
  nodes.filter(({ heardAt }) => secondsBetween(heardAt, at) <= NODE_SILENCE_SECONDS);

export const noData = (check: SwitchCheckName, node: string | null, detail: string): SwitchCheck => ({
  check,
  node,
  state: 'NO_DATA',
  value: null,
  limit: null,
  detail,
});

type Limited = Pick<SwitchCheck, 'check' | 'node'> & { readonly value: number; readonly limit: number };

export const atMost = (found: Limited, what: string): SwitchCheck => ({
  ...found,
  state: found.value <= found.limit ? 'PASSED' : 'FAILED',
  detail: `${number(found.value)} ${what}; allowed: up to ${number(found.limit)}`,
});

export const atLeast = (found: Limited, what: string): SwitchCheck => ({
  ...found,
  state: found.value >= found.limit ? 'PASSED' : 'FAILED',
  detail: `${number(found.value)} ${what}; allowed: ${number(found.limit)} or more`,
});

export const number = (value: number): string => String(Number(value.toPrecision(4)));
