import type { Graph } from '../../../client/graph.ts';
import { DEPLOYMENT } from '../names.ts';
import {
  ExperimentResult,
  Performance,
  ShadowResult,
  type ExperimentResultQuery,
  type PerformanceQuery,
  type ShadowResultQuery,
} from '../operations.ts';
import { table } from '../../shared/report/markdown-table.ts';
import { EXPERIMENT, SHADOW } from './comparisons.ts';

type Figures = NonNullable<PerformanceQuery['performanceReport']>['total'];

/** What experiment, shadow and monitoring say of the same days. */
export interface JuneResults {
  readonly experiment: NonNullable<ExperimentResultQuery['experiment']>['result'];
  readonly shadow: NonNullable<ShadowResultQuery['shadow']>['result'];
  /** Of what the flights of each arm were told, by monitoring. */
  readonly control: Figures;
  readonly candidate: Figures;
}

export async function juneResults(graph: Graph, fromMs: number, toMs: number): Promise<JuneResults> {
  const { result: experiment } = await graph.field(ExperimentResult, { id: `tiffin:default:experiment:${EXPERIMENT}` });
  const { result: shadow } = await graph.field(ShadowResult, { id: `tiffin:default:shadow:${SHADOW}` });
  const figuresOf = async (arm: string): Promise<Figures> => {
    const window = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    return (await graph.field(Performance, { input: { deployment: DEPLOYMENT, arm, ...window } })).total;
  };
  return { experiment, shadow, control: await figuresOf('control'), candidate: await figuresOf('candidate') };
}

const number = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined ? '' : value.toFixed(digits);
const count = (value: number | undefined): string => (value ?? 0).toLocaleString('en-US');
const signed = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
const pText = (p: number | null | undefined): string =>
  p === null || p === undefined ? '' : p < 0.001 ? '< .001' : p.toFixed(3);
const minus = (a: number | null | undefined, b: number | null | undefined): number | null =>
  typeof a === 'number' && typeof b === 'number' ? a - b : null;

/** Champion and challenger side by side: as arms, each for flights of its own, and in pairs, for the same flights. */
export function juneTable({ experiment, shadow, control, candidate }: JuneResults): string {
  const arms = experiment?.arms;
  return [
    table(
      ['June', 'champion', 'challenger', 'difference', 'p'],
      [
        ['arms: flights', count(control.predictions), count(candidate.predictions), '', ''],
        ['arms: AUC', number(control.auc, 3), number(candidate.auc, 3), signed(minus(candidate.auc, control.auc)), ''],
        [
          'arms: Brier',
          number(control.brier),
          number(candidate.brier),
          signed(minus(candidate.brier, control.brier)),
          '',
        ],
        [
          'arms: late',
          number(arms?.[0]?.rate),
          number(arms?.[1]?.rate),
          signed(experiment?.comparisons[0]?.difference),
          pText(experiment?.comparisons[0]?.p),
        ],
        ['pairs: flights', count(shadow?.labelled), count(shadow?.labelled), '', ''],
        [
          'pairs: AUC',
          number(shadow?.auc.primary, 3),
          number(shadow?.auc.candidate, 3),
          signed(minus(shadow?.auc.candidate, shadow?.auc.primary)),
          '',
        ],
        [
          'pairs: Brier',
          number(shadow?.brier.primary),
          number(shadow?.brier.candidate),
          signed(shadow?.brier.test.difference),
          pText(shadow?.brier.test.p),
        ],
      ],
    ),
    '',
    `experiment: ${experiment?.recommendation ?? 'not started'} (${experiment?.reasons.join('; ') ?? ''})`,
    `shadow: ${shadow?.recommendation ?? 'not started'} (${shadow?.reason ?? ''}); p at any look ${pText(shadow?.brier.alwaysValidP)}; ` +
      `${count(shadow?.flips.count)} decisions differ (${number((shadow?.flips.rate ?? 0) * 100, 1)} %)`,
  ].join('\n');
}
