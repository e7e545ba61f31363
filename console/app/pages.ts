import type { JSX } from 'preact';

/** What a page is given: the rest of its address, such as `fraud@3`. */
export interface PageProps {
  readonly tail: string;
}

export type PageComponent = (props: PageProps) => JSX.Element;

/** First part of the address → the page, which is loaded when somebody comes there. */
export const PAGES: Readonly<Record<string, () => Promise<{ readonly page: PageComponent }>>> = {
  '': () => import('../pages/home/home.tsx'),
  inbox: () => import('../pages/inbox/inbox.tsx'),
  open: () => import('../pages/open/open.tsx'),
  search: () => import('../pages/search/search.tsx'),
  models: () => import('../pages/models/models.tsx'),
  model: () => import('../pages/model/model.tsx'),
  deployments: () => import('../pages/deployments/deployments.tsx'),
  deployment: () => import('../pages/deployment/deployment.tsx'),
  try: () => import('../pages/try/try.tsx'),
  lineage: () => import('../pages/lineage/lineage.tsx'),
  experiments: () => import('../pages/experiments/experiments.tsx'),
  experiment: () => import('../pages/experiment/experiment.tsx'),
  rollout: () => import('../pages/rollout/rollout.tsx'),
  shadow: () => import('../pages/shadow/shadow.tsx'),
  monitoring: () => import('../pages/monitoring/monitoring.tsx'),
  predictions: () => import('../pages/predictions/predictions.tsx'),
  prediction: () => import('../pages/prediction/prediction.tsx'),
  incidents: () => import('../pages/incidents/incidents.tsx'),
  incident: () => import('../pages/incident/incident.tsx'),
  responses: () => import('../pages/responses/responses.tsx'),
  'response-policy': () => import('../pages/response-policy/response-policy.tsx'),
  'response-run': () => import('../pages/response-run/response-run.tsx'),
  alerts: () => import('../pages/alerts/alerts.tsx'),
  receivers: () => import('../pages/receivers/receivers.tsx'),
  receiver: () => import('../pages/receiver/receiver.tsx'),
  nodes: () => import('../pages/nodes/nodes.tsx'),
  'edge-node': () => import('../pages/edge-node/edge-node.tsx'),
  audit: () => import('../pages/audit/audit.tsx'),
  policies: () => import('../pages/policies/policies.tsx'),
  'policy-preset': () => import('../pages/policy-preset/policy-preset.tsx'),
  access: () => import('../pages/access/access.tsx'),
  feature: () => import('../pages/asset/feature-view.tsx'),
  'feature-view': () => import('../pages/asset/feature-view.tsx'),
  'feature-service': () => import('../pages/asset/feature-service.tsx'),
  source: () => import('../pages/asset/source.tsx'),
  'training-set': () => import('../pages/asset/training-set.tsx'),
  entity: () => import('../pages/asset/asset.tsx'),
  endpoint: () => import('../pages/asset/asset.tsx'),
  'event-stream': () => import('../pages/asset/asset.tsx'),
  materialization: () => import('../pages/asset/materialization.tsx'),
  metric: () => import('../pages/asset/asset.tsx'),
  dataset: () => import('../pages/asset/asset.tsx'),
  'dataset-field': () => import('../pages/asset/asset.tsx'),
  job: () => import('../pages/asset/asset.tsx'),
  holdout: () => import('../pages/asset/asset.tsx'),
};

export interface Place {
  readonly title: string;
  /** First part of its address, and of those of pages below it. */
  readonly path: string;
  readonly below: readonly string[];
  /** The key that leads there after `g`. */
  readonly key: string;
}

export const PLACES: readonly (readonly [string, readonly Place[]])[] = [
  [
    'Find',
    [
      { title: 'Home', path: '', below: [], key: 'h' },
      { title: 'Inbox', path: 'inbox', below: [], key: 'b' },
      {
        title: 'Catalogue',
        path: 'search',
        below: [
          'feature',
          'feature-view',
          'feature-service',
          'source',
          'training-set',
          'entity',
          'endpoint',
          'event-stream',
          'materialization',
          'metric',
          'dataset',
          'dataset-field',
          'job',
          'holdout',
        ],
        key: 'c',
      },
      { title: 'Lineage', path: 'lineage', below: [], key: 'l' },
    ],
  ],
  [
    'Ship',
    [
      { title: 'Models', path: 'models', below: ['model'], key: 'm' },
      { title: 'Deployments', path: 'deployments', below: ['deployment', 'try'], key: 'd' },
      { title: 'Experiments', path: 'experiments', below: ['experiment', 'rollout', 'shadow'], key: 'e' },
    ],
  ],
  [
    'Watch',
    [
      { title: 'Monitoring', path: 'monitoring', below: ['predictions', 'prediction'], key: 'w' },
      { title: 'Incidents', path: 'incidents', below: ['incident'], key: 'i' },
      { title: 'Responses', path: 'responses', below: ['response-policy', 'response-run'], key: 'r' },
      { title: 'Alerts', path: 'alerts', below: ['receivers', 'receiver'], key: 'a' },
      { title: 'Edge fleet', path: 'nodes', below: ['edge-node'], key: 'n' },
    ],
  ],
  [
    'Prove',
    [
      { title: 'Audit', path: 'audit', below: [], key: 't' },
      { title: 'Policies', path: 'policies', below: ['policy-preset'], key: 'p' },
      { title: 'Access', path: 'access', below: [], key: 'k' },
    ],
  ],
];
