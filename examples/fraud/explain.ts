import type { Graph } from '../../client/graph.ts';
import { until } from '../../client/wait.ts';
import { clientOf, type Connection } from '../shared/connection.ts';
import type { ProgressOutput } from '../shared/progress.ts';
import { table } from '../shared/report/markdown-table.ts';
import { Explain, type ExplainQuery } from './operations.ts';

type Explanation = NonNullable<ExplainQuery['explainPrediction']>;
type Value = Explanation['features'][number]['value'];

/** Prints why a payment was decided as it was. Takes the id of an answer. */
export async function explain(connection: Connection, id: string, output: ProgressOutput): Promise<void> {
  output.write(`${await explanationOf(clientOf(connection).graph, id)}\n`);
}

const ARRIVES_WITHIN_MS = 15_000;

/** The same as text. Records arrive some seconds after answers, and are waited for. */
export async function explanationOf(graph: Graph, id: string): Promise<string> {
  const urn = id.startsWith('tiffin:') ? id : `tiffin:default:prediction:${id}`;
  const explanation = await until(
    async () => (await graph.run(Explain, { id: urn })).explainPrediction ?? undefined,
    `there is no prediction ${urn}: the field "id" of an answer names one`,
    { atMostMs: ARRIVES_WITHIN_MS },
  );
  return explanationText(explanation);
}

export function explanationText(explanation: Explanation): string {
  return [answer(explanation), rules(explanation), models(explanation), features(explanation), absent(explanation)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function answer({ prediction, release, assignment }: Explanation): string {
  const { occurredAt, score, decision, confidence, reason, fallback, outcome, timings } = prediction;
  const total = timings.find(({ stage }) => stage === 'total');
  return [
    `${decision ?? 'no decision'}${confidence === null ? '' : ` (${confidence})`}: ${reason ?? fallback ?? 'no rule decided'}`,
    `score ${score === null ? 'none' : score.toFixed(4)}, at ${occurredAt}, by release ${release?.number ?? 'unknown'}` +
      `${assignment.layer === null ? '' : `, layer ${assignment.layer}`}${total ? `, in ${total.ms.toFixed(1)} ms` : ''}`,
    `asked: ${prediction.inputs.map((input) => `${input.name} ${shown(input)}`).join(', ')}`,
    `what became of it: ${outcome === null ? 'not known yet' : outcome.value === 1 ? 'reported as a fraud' : 'not reported'}`,
  ].join('\n');
}

const rules = ({ prediction }: Explanation): string =>
  prediction.rules.length === 0
    ? ''
    : table(
        ['rule', 'outcome', 'action', 'reason'],
        prediction.rules.map(({ name, outcome, action, reason }) => [name, outcome, action, reason]),
      );

const models = (explanation: Explanation): string =>
  table(
    ['model', 'score', 'weight', 'version', 'engine'],
    explanation.models.map(({ name, score, weight, modelVersion, engine }) => [
      name ?? '',
      score === null ? 'none' : score.toFixed(4),
      String(weight ?? ''),
      modelVersion?.id ?? '',
      engine ?? '',
    ]),
  );

const features = (explanation: Explanation): string =>
  table(
    ['feature', 'value', 'status', 'of'],
    explanation.features.map(({ value, feature }) => [value.name, shown(value), value.status ?? '', feature?.id ?? '']),
  );

const absent = (explanation: Explanation): string =>
  explanation.absent.map(({ part, why, detail }) => `${part}: ${why}, ${detail}`).join('\n');

const shown = ({ number, text, boolean }: Pick<Value, 'number' | 'text' | 'boolean'>): string =>
  String(number ?? text ?? boolean ?? '–');
