import type { Labels } from '../../../../core/promql/labels.ts';
import type { ValueProfile } from '../../../../core/sketch/value-profile.ts';
import type { PredictionWindow } from '../prediction-window.ts';
import type { TimeWindow } from '../time-window.ts';
import type { ValueSample } from '../quality/value-sample.ts';

/** What a signal showed for one series; `value` is null where there is too little to say. */
export interface SignalSample {
  /** What tells the series from the others of its rule. */
  readonly labels: Labels;
  readonly value: number | null;
  /** Rows behind the value. */
  readonly n: number;
}

/** The score and the asked features of a window. */
export interface SignalValues {
  readonly score: ValueSample;
  readonly features: readonly ValueSample[];
}

/** What signals are measured from: the records of a window, and what was counted of them. */
export interface SignalSource {
  /** `like`: the reference, whose categories the window is counted in. */
  values(window: PredictionWindow, features: readonly string[], like?: SignalValues): Promise<SignalValues>;
  /** How one value is distributed, by its name; null where only the values themselves say it. */
  profile(window: PredictionWindow, name: string): Promise<ValueProfile | null>;
  figures(
    window: PredictionWindow,
  ): Promise<{ readonly brier: number | null; readonly auc: number | null; readonly used: number }>;
  count(window: PredictionWindow): Promise<{ readonly rows: number; readonly fallbacks: number }>;
  /** Whether anything was ever stored before the window's end. */
  everAnswered(window: PredictionWindow): Promise<boolean>;
}

/** What a rule says of how its signal is to be measured. */
export interface SignalSettings {
  readonly feature: string | null;
  readonly baseline: TimeWindow | null;
}

/** A signal, whole: what it is, what a rule must say for it, and how it is measured. */
export interface SignalEntry {
  readonly description: string;
  readonly needs: {
    readonly feature: boolean;
    readonly baseline: boolean;
    /** Whether too few rows in the window are no data. */
    readonly rows: boolean;
  };
  measure(source: SignalSource, window: PredictionWindow, settings: SignalSettings): Promise<readonly SignalSample[]>;
}

export const NO_LABELS: Labels = Object.freeze({});

/** One series for the whole deployment. */
export const single = (value: number | null, n: number): readonly SignalSample[] => [{ labels: NO_LABELS, value, n }];

/** A rate of rows; no rows have none. */
export const share = (part: number, n: number): readonly SignalSample[] => single(n === 0 ? null : part / n, n);

/** One series under the name of its feature. */
export const ofFeature = (feature: string | null, samples: readonly SignalSample[]): readonly SignalSample[] =>
  feature === null ? samples : samples.map((sample) => ({ ...sample, labels: { ...sample.labels, feature } }));
