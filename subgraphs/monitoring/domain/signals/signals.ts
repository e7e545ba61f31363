import { ANSWER_RATE, FALLBACK_RATE } from './answers.ts';
import { FEATURE_MISSING_RATE } from './missing.ts';
import { FEATURE_PSI, SCORE_PSI } from './psi.ts';
import { AUC, BRIER } from './quality.ts';
import type { SignalEntry } from './signal.ts';

/** What a rule can watch on a deployment: a new signal is one entry here. */
export const SIGNALS = {
  SCORE_PSI,
  FEATURE_PSI,
  FEATURE_MISSING_RATE,
  BRIER,
  AUC,
  ANSWER_RATE,
  FALLBACK_RATE,
} as const satisfies Readonly<Record<string, SignalEntry>>;

export type Signal = keyof typeof SIGNALS;

export const SIGNAL_NAMES = Object.keys(SIGNALS) as readonly Signal[];

export const signalOf = (name: Signal): SignalEntry => SIGNALS[name];
