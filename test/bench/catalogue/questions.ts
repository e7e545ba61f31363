import { TOP, versionId } from './seed.ts';

/** What is asked at once, with what was asked of it: the most milliseconds that it may take, where the issue says so. */
export interface Question {
  readonly name: string;
  readonly askedMs: number | null;
  readonly documents: (n: number) => readonly { readonly text: string; readonly variables?: object }[];
}

const fixed = (name: string, askedMs: number | null, text: string): Question => ({
  name,
  askedMs,
  documents: () => [{ text }],
});

const GATE = '{ gate passed detail }';

/** What the console's page of a version asks the registry for, in the requests that it sends at once. */
const VERSION_PAGE = [
  `id number version state description owner tags createdAt makers bump bumpReasons model { id }
   roles { role deployment { id } release { id number } }`,
  `id state evaluation goldenRows goldenOrigin validation { state phase error finishedAt gates ${GATE} }
   proofs { engine version agreement ulps rows difference }
   approvals { id action actor onBehalfOf at from to reason environments expiresAt report ${GATE} }`,
  `id version digest sizeBytes algorithm producer codeCommit inputs { name dtype shape } outputs { name dtype shape }
   operators claimedMetrics hyperParameters featureService { id } trainingSet { id }`,
].map((fields) => `query ($id: ID!) { modelVersion(id: $id) { ${fields} } }`);

const page = 'edges { node { id name owner } } pageInfo { hasNextPage }';
const lineageFields = `complete truncatedBecause { reason detail }
  nodes { id degree asset { description owner deleted } } edges { upstream downstream relation }`;

/** The n-th of so many versions, spread over all models. */
export const questions = (versions: number): readonly Question[] => [
  fixed('impact with counts', 100, `{ impact(id: "${TOP}") { total kinds { kind count } complete } }`),
  fixed('search, first page', 50, `{ search(text: "bench 1234") { ${page} } }`),
  fixed('search, what fits everything', 50, `{ search(text: "payments") { ${page} } }`),
  fixed(
    'search, three conditions',
    50,
    `{ search(text: "bench", orFilters: [{ and: [{ field: KIND, values: ["FEATURE"] },
      { field: OWNER, values: ["team 13"] }, { field: TAG, values: ["tag12"], negated: true }] }]) { ${page} } }`,
  ),
  fixed('search, misspelt', 50, `{ search(text: "bnech 31") { ${page} } }`),
  fixed(
    'lineage, one step both ways',
    50,
    `{ up: lineage(id: "${versionId(Math.floor(versions / 2))}", direction: UPSTREAM) { ${lineageFields} }
    down: lineage(id: "${versionId(Math.floor(versions / 2))}", direction: DOWNSTREAM) { ${lineageFields} } }`,
  ),
  fixed(
    'lineage across, first page',
    50,
    `{ searchAcrossLineage(id: "${TOP}", direction: DOWNSTREAM) { complete edges { node { degree asset { id name } } } } }`,
  ),
  {
    name: 'version page',
    askedMs: 20,
    documents: (n) => VERSION_PAGE.map((text) => ({ text, variables: { id: versionId((n * 7_919) % versions) } })),
  },
  fixed('auto-completion', null, '{ autoComplete(text: "bench 12") { value } }'),
  fixed(
    'search, total and facets of everything',
    null,
    `{ search(text: "") { total facets { field values { value count } } ${page} } }`,
  ),
  fixed(
    'lineage across, a kind and a word',
    null,
    `{ searchAcrossLineage(id: "${TOP}", direction: DOWNSTREAM, kinds: [FEATURE], text: "payments") {
      total edges { node { degree asset { id name } } } } }`,
  ),
];
