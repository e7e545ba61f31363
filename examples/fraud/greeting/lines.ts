import type { Connection } from '../../shared/connection.ts';
import { requestOf } from '../decision/request.ts';
import { DEPLOYMENT, ENDPOINT } from '../names.ts';
import { transactions } from '../generator/stream.ts';
import { POPULATION } from '../population.ts';

/** One request across the graph: what decides, what it reads, where that comes from. */
const QUERY = [
  `{ deployment(id: "${DEPLOYMENT}") { live { number modelVersions { id state trainingSet { id rowCount } } } }`,
  `lineage(id: "${DEPLOYMENT}", direction: UPSTREAM, depth: 4) { complete nodes { id degree } } }`,
].join(' ');

/** A payment of the generator, asked about now. */
function payment(): object {
  const { value } = transactions({ ...POPULATION, fromMs: Date.now(), newcomers: 0, prefix: 'pasted-' }).next();
  return requestOf(value);
}

/** Commands for a shell: one query, one decision. */
export function linesToPaste({ graphUrl, edgeUrl, key }: Connection): readonly string[] {
  return [
    '  paste   the graph from the four models to their source columns, then a decision at the edge (synthetic payments):',
    `curl -sG ${graphUrl}/graphql -H 'content-type: application/json' --data-urlencode 'query=${QUERY}'`,
    `curl -s ${edgeUrl}/v1/predict/${ENDPOINT} -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${JSON.stringify({ inputs: payment() })}'`,
  ];
}
