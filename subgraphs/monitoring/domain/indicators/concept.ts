import type { Labels } from '../../../../core/promql/labels.ts';
import { Adwin } from '../../../../core/statistics/detectors/adwin.ts';
import { Ddm } from '../../../../core/statistics/detectors/ddm.ts';
import { PageHinkley } from '../../../../core/statistics/detectors/page-hinkley.ts';
import { ENOUGH_VALUES } from '../quality/drift-severity.ts';
import { POSITIVE_FROM } from '../quality/performance.ts';
import { DAY_SECONDS } from './grid.ts';
import { reading, type Indicator, type Reading } from './indicator.ts';

export const CONCEPT_INDICATORS: readonly Indicator[] = [
  {
    name: 'model_concept_drift',
    labels: ['endpoint', 'environment', 'window', 'detector'],
    windows: [DAY_SECONDS],
    unit: '0 or 1',
    description:
      'Whether errors have grown within the day, by a detector that reads the answers with an outcome of the week before and of the day in their order: adwin, page_hinkley or ddm.',
  },
];

/** An answer and what happened. */
export interface LabelledAnswer {
  readonly score: number;
  readonly label: 0 | 1;
  /** Whether it lies in the window; else in the week before it. */
  readonly inWindow: boolean;
}

type Detector = (error: number, wrong: 0 | 1) => boolean;

function detectors(): Readonly<Record<string, Detector>> {
  const [adwin, pageHinkley, ddm] = [new Adwin(), new PageHinkley(), new Ddm()];
  return {
    adwin: (error) => adwin.add(error),
    page_hinkley: (error) => pageHinkley.add(error),
    ddm: (_, wrong) => ddm.add(wrong) === 'drift',
  };
}

const errorOf = ({ score, label }: LabelledAnswer): number => (score - label) ** 2;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the detectors say of a window; nothing where there is too little on either side, or where scores are no probabilities. */
export function conceptReadings(base: Labels, answers: readonly LabelledAnswer[]): readonly Reading[] {
  const [before, within] = [answers.filter(({ inWindow }) => !inWindow), answers.filter(({ inWindow }) => inWindow)];
  if (before.length < ENOUGH_VALUES || within.length < ENOUGH_VALUES) return [];
  if (answers.some(({ score }) => score < 0 || score > 1)) return [];
  // ADWIN calls a change for the better too.
  const grown = meanOf(within.map(errorOf)) > meanOf(before.map(errorOf));
  return Object.entries(detectors()).flatMap(([detector, add]) => {
    let found = false;
    for (const answer of answers) {
      const wrong = answer.score >= POSITIVE_FROM === (answer.label === 1) ? 0 : 1;
      if (add(errorOf(answer), wrong) && answer.inWindow) found = true;
    }
    return reading('model_concept_drift', { ...base, detector }, found && grown ? 1 : 0);
  });
}
