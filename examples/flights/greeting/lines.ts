import type { Connection } from '../../shared/connection.ts';
import { DEPLOYMENT, ENDPOINT } from '../names.ts';

const DAY_MS = 86_400_000;

/** Nothing has been replayed: then it is the instant at which a replay begins. */
export const REPLAY_BEGINS = new Date('2001-01-22T00:00:00.000Z');
const BASELINE = { from: REPLAY_BEGINS, to: new Date('2001-01-29T00:00:00.000Z') };

const windowOf = ({ from, to }: { from: Date; to: Date }): string =>
  `{ from: "${from.toISOString()}", to: "${to.toISOString()}" }`;

/** The seven days up to the end of the day that was replayed last. */
function weekOf(replayedTo: Date): { from: Date; to: Date } {
  const to = Math.max(Math.ceil(replayedTo.getTime() / DAY_MS) * DAY_MS, BASELINE.to.getTime());
  return { from: new Date(to - 7 * DAY_MS), to: new Date(to) };
}

/** One request across all four subgraphs: what serves, what it was made of, who watches it, and how it does. */
export function flightsQuery(replayedTo: Date): string {
  return [
    `{ deployment(id: "${DEPLOYMENT}") {`,
    'live { number modelVersions { version state trainingSet { id rowCount service { features { id column { name source { name } } } } } } }',
    'experiments(first: 1, status: RUNNING) { edges { node { name arms { arm share modelVersions { id } } result { recommendation } } } }',
    'alerts(first: 1) { edges { node { status value rule { name } } } }',
    'nodes(first: 5) { edges { node { name stale accounting { answered stored balanced } } } } }',
    `driftReport(input: { deployment: "${DEPLOYMENT}", reference: ${windowOf(BASELINE)}, current: ${windowOf(weekOf(replayedTo))} })`,
    '{ severity score { psi severity } features { name psi severity } } }',
  ].join(' ');
}

/** Commands for a shell: one query, one prediction. `replayedTo` is the instant up to which flights have been replayed. */
export function linesToPaste({ graphUrl, edgeUrl, key }: Connection, replayedTo: Date): readonly string[] {
  const inputs = { flight: 'mine', origin: 'ATL', destination: 'ORD', distance: 606, hour: 18, dow: 5 };
  const body = JSON.stringify({ at: replayedTo.toISOString(), inputs });
  return [
    `  page    ${edgeUrl}/flights/   (a phone can install it; it predicts with the network off too)`,
    '  paste   the graph from the model to its source columns, then a prediction at the edge:',
    `curl -sG ${graphUrl}/graphql -H 'content-type: application/json' --data-urlencode 'query=${flightsQuery(replayedTo)}'`,
    `curl -s ${edgeUrl}/v1/predict/${ENDPOINT} -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${body}'`,
  ];
}
