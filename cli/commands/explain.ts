import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { column } from '../noun.ts';
import { ExplainPrediction, type ExplainPredictionQuery } from '../operations.ts';
import { oneText } from '../output/format.ts';
import { cell } from '../output/short.ts';
import { table } from '../output/table.ts';
import { Session } from '../session.ts';
import { limitIn } from './limit.ts';

/** Adds `tiffin prediction explain`. */
export function addExplain(prediction: Command, io: Io): void {
  prediction
    .command('explain')
    .argument('<id>', 'its id, whole or short')
    .description('why it was answered so: reasons, rules, models, features, and what of that is not there')
    .option('--limit <n>', 'how many reasons at most', '10')
    .action(async (id: string, { limit }: { limit: string }, self: Command) => {
      const session = new Session(io, self);
      const explained = await session.client().graph.field(ExplainPrediction, { id, reasons: limitIn(limit) });
      const shape = session.shape();
      session.print(shape.format === 'table' ? explanation(explained, shape.isColored) : oneText(explained, shape));
    });
}

type Explained = NonNullable<ExplainPredictionQuery['explainPrediction']>;
type Value = Explained['features'][number]['value'];

const valueOf = ({ number, text, boolean }: Value): unknown => number ?? text ?? boolean;
const REASONS = [
  column('reason', 'value.name'),
  { title: 'value', value: ({ value }: Readonly<Record<string, unknown>>) => valueOf(value as Value) },
  column('status', 'value.status'),
  column('contribution'),
];
const RULES = [
  column('rule', 'name'),
  column('outcome'),
  column('action'),
  column('confidence'),
  column('says', 'reason'),
];
const MODELS = [
  column('model', 'name'),
  column('version', 'modelVersion.id'),
  column('engine'),
  column('score'),
  column('weight'),
];

/** A page for people: the answer, then why, then what is missing. */
export function explanation({ prediction, release, models, reasons, absent }: Explained, isColored: boolean): string {
  const { decision, score, reason, fallback, rules, outcome, occurredAt } = prediction;
  const part = (rows: readonly Readonly<Record<string, unknown>>[], columns: Parameters<typeof table>[1]): string[] =>
    rows.length === 0 ? [] : [table(rows, columns, isColored), ''];
  return [
    `${cell(prediction.id)}  ${occurredAt}  ${cell(release?.id)}`,
    `decision ${cell(decision)}  score ${cell(score)}${reason === null ? '' : `  ${reason}`}${fallback === null ? '' : `  fallback ${fallback}`}`,
    ...(outcome ? [`outcome ${cell(outcome.value)} at ${outcome.occurredAt}`] : []),
    '',
    ...part(rules, RULES),
    ...part(models, MODELS),
    ...(reasons ? [...part(reasons.top, REASONS), sumOf(reasons)] : []),
    ...absent.map(({ part: what, why, detail }) => `${what}: ${why.toLowerCase().replaceAll('_', ' ')}: ${detail}`),
  ]
    .join('\n')
    .trimEnd();
}

const sumOf = ({ base, rest, total, space, source }: NonNullable<Explained['reasons']>): string =>
  `without any of them ${cell(base)}, others ${cell(rest)}, together ${cell(total)} (${space.toLowerCase()}, ${source.toLowerCase()})`;
