import { CONTROLS, type Control, type ControlName } from './control.ts';
import type { RiskTier, TierPolicy } from './tier-policy.ts';

export const PRESET_NAMES = ['RBI', 'SEBI', 'DPDP'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** ANSWERED: by the controls alone. PARTLY: with what is left to the company. NOT_ANSWERED: nothing here does. */
export const CLAUSE_ANSWERS = ['ANSWERED', 'PARTLY', 'NOT_ANSWERED'] as const;
export type ClauseAnswer = (typeof CLAUSE_ANSWERS)[number];

/** One thing that a regulator asks for, in our words: the texts' own numbers are not repeated here. */
export interface Clause {
  readonly name: string;
  readonly asks: string;
  readonly controls: readonly ControlName[];
  /** What nothing here answers; null where nothing is left. */
  readonly left: string | null;
}

export interface PolicyPreset {
  readonly name: PresetName;
  readonly title: string;
  /** What stood behind it when it was written, and how it was read. */
  readonly source: string;
  /** What a tier must ask for at least; a tier that is not named is left as it is. */
  readonly tiers: Readonly<Partial<Record<RiskTier, TierPolicy>>>;
  readonly clauses: readonly Clause[];
}

export const answerOf = ({ controls, left }: Clause): ClauseAnswer => {
  if (controls.length === 0) return 'NOT_ANSWERED';
  return left === null ? 'ANSWERED' : 'PARTLY';
};

export const controlsOf = ({ controls }: Clause): readonly Control[] => controls.map((name) => CONTROLS[name]);

/** That a project holds to a preset. */
export interface PresetImport {
  readonly project: string;
  readonly preset: PresetName;
  readonly by: string;
  readonly at: Date;
  readonly reason: string;
}
