/** Where the example's endpoint is served. */
export interface FlightsDoors {
  readonly graphUrl: string;
  readonly edgeUrl: string;
  /** The instant up to which its flights have been replayed. */
  readonly replayedTo: Date;
}

const DEPLOYMENT = 'tiffin:default:deployment:flight-delay@production';
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

/** Commands for a shell: one query, one prediction. */
export function flightsCommands(
  { graphUrl, edgeUrl, replayedTo }: FlightsDoors,
  key: string,
): readonly [string, string] {
  const flight = { flight: 'mine', origin: 'ATL', destination: 'ORD', distance: 606, hour: 18, dow: 5 };
  const body = JSON.stringify({ at: replayedTo.toISOString(), inputs: flight });
  return [
    `curl -sG ${graphUrl}/graphql -H 'content-type: application/json' --data-urlencode 'query=${flightsQuery(replayedTo)}'`,
    `curl -s ${edgeUrl}/v1/predict/flight-delay -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${body}'`,
  ];
}

/** Later predictions are somebody's own. */
const DATA_ENDS = '2001-07-01T00:00:00.000Z';

const NEWEST = `{ deployment(id: "${DEPLOYMENT}") { live { id } }
  predictions(deployment: "${DEPLOYMENT}", to: "${DATA_ENDS}", first: 1) { edges { node { occurredAt } } } }`;

interface Newest {
  readonly data?: {
    readonly deployment?: { readonly live?: object | null } | null;
    readonly predictions?: { readonly edges: readonly { readonly node: { readonly occurredAt: string } }[] } | null;
  };
}

/** Up to when its flights have been replayed; undefined where the example does not serve. */
export async function flightsReplayedTo(graphUrl: string): Promise<Date | undefined> {
  const answer = await fetch(`${graphUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: NEWEST }),
  });
  const { data } = (await answer.json()) as Newest;
  if (!data?.deployment?.live) return undefined;
  const [newest] = data.predictions?.edges ?? [];
  return newest ? new Date(newest.node.occurredAt) : REPLAY_BEGINS;
}
