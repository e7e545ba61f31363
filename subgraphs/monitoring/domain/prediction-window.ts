import type { AnsweringLayer } from '../../../schema/telemetry.ts';
import type { TimeWindow } from './time-window.ts';
import type { Trust } from './trust.ts';

/**
 * Predictions of one deployment in one window, by one trust class; narrowed to an arm, a layer, a variant, or to the releases that run a version, whose
 * scores are then its own, where named.
 */
export interface PredictionWindow extends TimeWindow {
  readonly project: string;
  readonly deployment: string;
  readonly trust: Trust;
  readonly modelVersion: string | null;
  readonly arm: string | null;
  readonly layer: AnsweringLayer | null;
  readonly variant: string | null;
}

/** All answers of a deployment, whatever made them. */
export const UNNARROWED = { modelVersion: null, arm: null, layer: null, variant: null } as const;
