import * as z from 'zod';
import type { Graph } from '../client/graph.ts';
import { DEPLOYMENT } from '../names.ts';
import { table } from '../report/markdown-table.ts';
import { EXPERIMENT, SHADOW } from './comparisons.ts';

const Figures = z.object({
  total: z.object({
    predictions: z.number(),
    labelled: z.number(),
    auc: z.number().nullable(),
    brier: z.number().nullable(),
  }),
});

const Arms = z.object({
  result: z
    .object({
      arms: z.array(
        z.object({ arm: z.string(), exposed: z.number(), labelled: z.number(), rate: z.number().nullable() }),
      ),
      difference: z.number().nullable(),
      p: z.number(),
      recommendation: z.string(),
      reasons: z.array(z.string()),
    })
    .nullable(),
});

const Pairs = z.object({
  result: z
    .object({
      pairs: z.number(),
      labelled: z.number(),
      brier: z.object({
        primary: z.number().nullable(),
        candidate: z.number().nullable(),
        alwaysValidP: z.number().nullable(),
        test: z.object({ difference: z.number().nullable(), p: z.number() }),
      }),
      auc: z.object({ primary: z.number().nullable(), candidate: z.number().nullable() }),
      flips: z.object({ count: z.number(), rate: z.number().nullable() }),
      recommendation: z.string(),
      reason: z.string(),
    })
    .nullable(),
});

/** What experiment, shadow and monitoring say of the same days. */
export interface JuneResults {
  readonly experiment: z.infer<typeof Arms>['result'];
  readonly shadow: z.infer<typeof Pairs>['result'];
  /** Of what the flights of each arm were told, by monitoring. */
  readonly control: z.infer<typeof Figures>['total'];
  readonly candidate: z.infer<typeof Figures>['total'];
}

export async function juneResults(graph: Graph, fromMs: number, toMs: number): Promise<JuneResults> {
  const { result: experiment } = await graph.ask(
    Arms,
    `query ($id: ID!) { experiment(id: $id) { result {
       arms { arm exposed labelled rate } difference p recommendation reasons } } }`,
    { id: `tiffin:default:experiment:${EXPERIMENT}` },
  );
  const { result: shadow } = await graph.ask(
    Pairs,
    `query ($id: ID!) { shadow(id: $id) { result {
       pairs labelled brier { primary candidate alwaysValidP test { difference p } } auc { primary candidate }
       flips { count rate } recommendation reason } } }`,
    { id: `tiffin:default:shadow:${SHADOW}` },
  );
  const figuresOf = async (arm: string): Promise<JuneResults['control']> => {
    const window = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    const { total } = await graph.ask(
      Figures,
      `query ($input: PerformanceReportInput!) { performanceReport(input: $input) { total { predictions labelled auc brier } } }`,
      { input: { deployment: DEPLOYMENT, arm, ...window } },
    );
    return total;
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
          signed(experiment?.difference),
          pText(experiment?.p),
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
