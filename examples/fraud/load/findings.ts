import type { Pattern, Transaction } from '../generator/transaction.ts';
import type { Answered } from './asker.ts';
import { Samples } from './percentiles.ts';

/** Of the stages that the edge tells of, in their order. */
export const STAGES = ['parse', 'features', 'derive', 'model', 'rules', 'log', 'total'] as const;
export type Stage = (typeof STAGES)[number];

export interface PatternCounts {
  asked: number;
  declined: number;
  reviewed: number;
}

/** Everything that a load finds out. */
export class Findings {
  /** Milliseconds from the moment that a question was due to its answer. */
  readonly latency: Samples;
  readonly stages: Readonly<Record<Stage, Samples>>;
  readonly decisions = new Map<string, number>();
  readonly fallbacks = new Map<string, number>();
  readonly refusals = new Map<string, number>();
  readonly patterns = new Map<Pattern, PatternCounts>();
  overruns = 0;

  constructor(most: number) {
    this.latency = new Samples(most);
    this.stages = Object.fromEntries(STAGES.map((stage) => [stage, new Samples(most)])) as Record<Stage, Samples>;
  }

  get answered(): number {
    return this.latency.count;
  }

  add({ pattern }: Transaction, answer: Answered, latencyMs: number): void {
    if (answer.status !== 200) {
      count(this.refusals, String(answer.status));
      return;
    }
    this.latency.add(latencyMs);
    for (const stage of STAGES) {
      const ms = answer.stages[stage];
      if (ms !== undefined) this.stages[stage].add(ms);
    }
    if (answer.overrun) this.overruns++;
    if (answer.fallback !== undefined) count(this.fallbacks, answer.fallback);
    count(this.decisions, answer.decision ?? 'none');
    const counts = this.patterns.get(pattern) ?? { asked: 0, declined: 0, reviewed: 0 };
    counts.asked++;
    if (answer.fallback === undefined && answer.decision === 'DECLINE') counts.declined++;
    if (answer.fallback === undefined && answer.decision === 'REVIEW') counts.reviewed++;
    this.patterns.set(pattern, counts);
  }

  /** A question that nobody answered. */
  addFailure(error: unknown): void {
    count(this.refusals, error instanceof Error && 'code' in error ? String(error.code) : 'no answer');
  }
}

export const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};
