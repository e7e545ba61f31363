export interface Group {
  readonly text: string;
  readonly pages: readonly (readonly [page: string, text: string])[];
}

/** The pages by what a person wants to do. */
export const NAVIGATION: readonly Group[] = [
  {
    text: 'Start',
    pages: [
      ['examples', 'The examples'],
      ['console', 'Look around in the console'],
      ['walks', 'Six first successes'],
      ['cli', 'Work from a terminal'],
      ['python', 'Work from Python'],
      ['client', 'Work from TypeScript'],
    ],
  },
  {
    text: 'Make features',
    pages: [
      ['features', 'Features and training sets'],
      ['windows', 'Windows over events'],
      ['network-features', 'Who shares a device'],
      ['events', 'Events and Kafka'],
      ['coming-from-feast', 'Coming from Feast'],
    ],
  },
  {
    text: 'Bring a model to production',
    pages: [
      ['approvals', 'From a file to production'],
      ['gates', 'Gates and approvals by risk'],
      ['registry', 'The registry'],
      ['recipes', 'Recipes'],
      ['rollouts', 'Rollouts'],
      ['blue-green', 'Blue-green'],
      ['shadow', 'Shadows'],
      ['coming-from-mlflow', 'Coming from MLflow'],
    ],
  },
  {
    text: 'Serve predictions',
    pages: [
      ['edge', 'The edge'],
      ['browser', 'In a browser'],
      ['offline', 'Without the network'],
      ['feature-snapshots', 'Snapshots of features'],
      ['engines', 'Engines'],
      ['reasons', 'Reasons of an answer'],
    ],
  },
  {
    text: 'Compare and watch',
    pages: [
      ['experiments', 'Experiments'],
      ['coming-from-growthbook', 'Coming from GrowthBook'],
      ['monitoring', 'Monitoring'],
      ['coming-from-evidently', 'Coming from Evidently'],
      ['retention', 'Retention and the archive'],
      ['costs', 'What a deployment costs'],
      ['alerts', 'Alerts'],
      ['incidents', 'Incidents'],
      ['response', 'Response'],
    ],
  },
  {
    text: 'Find, trace, prove',
    pages: [
      ['catalogue', 'The catalogue'],
      ['openlineage', 'Lineage of other tools'],
      ['audit', 'The audit'],
      ['webhooks', 'Webhooks'],
    ],
  },
  {
    text: 'Run it',
    pages: [
      ['deploying', 'The parts apart'],
      ['deploying-edges', 'Deploying edges'],
      ['backup', 'Backup and restore'],
      ['gateway', 'The graph and its gateway'],
    ],
  },
  {
    text: 'Look up',
    pages: [
      ['errors', 'Errors'],
      ['glossary', 'Glossary'],
      ['conformance', 'Conformance'],
      ['decisions/README', 'Decisions'],
    ],
  },
];

/** The pages that are made of `schema/`. */
export const REFERENCE: Group = {
  text: 'Reference',
  pages: [
    ['reference/feature', 'Graph: feature'],
    ['reference/registry', 'Graph: registry'],
    ['reference/experiment', 'Graph: experiment'],
    ['reference/monitoring', 'Graph: monitoring'],
    ['reference/edge', 'HTTP: the edge'],
  ],
};

/** The whole sidebar over the pages that there are; one that has no place above stands at the end, under its own name. */
export function sidebarOver(pages: readonly string[]): readonly Group[] {
  const listed = new Set(NAVIGATION.flatMap((group) => group.pages.map(([page]) => page)));
  const more = pages.filter((page) => !listed.has(page));
  return [
    ...NAVIGATION,
    ...(more.length > 0 ? [{ text: 'More', pages: more.map((page) => [page, page] as const) }] : []),
    REFERENCE,
  ];
}
