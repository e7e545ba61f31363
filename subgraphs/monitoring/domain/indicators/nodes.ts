import type { EdgeNode } from '../node/edge-node.ts';
import { deploymentLabels, reading, type Indicator, type Reading } from './indicator.ts';

const labels = ['node'];
const windows: readonly number[] = [];

export const NODE_INDICATORS: readonly Indicator[] = [
  {
    name: 'edge_heartbeat_age_seconds',
    labels,
    windows,
    unit: 'seconds',
    description: 'How long ago a node was heard of. A node that is silent for a day is taken for gone.',
  },
  { name: 'edge_queue_depth', labels, windows, unit: 'records', description: 'Records that a node had yet to send.' },
  {
    name: 'edge_manifest_age_seconds',
    labels,
    windows,
    unit: 'seconds',
    description: 'How old the manifest was that a node served by.',
  },
  {
    name: 'edge_clock_skew_seconds',
    labels,
    windows,
    unit: 'seconds',
    description: "How far a node's clock is ahead.",
  },
  {
    name: 'edge_answers_total',
    labels,
    windows,
    unit: 'answers',
    description: 'Answers of a node since its epoch began: a counter.',
  },
  {
    name: 'edge_dropped_total',
    labels: [...labels, 'reason'],
    windows,
    unit: 'records',
    description: 'Records that a node dropped since its epoch began, by reason: a counter.',
  },
  {
    name: 'edge_sampled_out_total',
    labels,
    windows,
    unit: 'answers',
    description: 'Answers that a node did not record by its sampling, since its epoch began: a counter.',
  },
  {
    name: 'edge_detector_tripped',
    labels: [...labels, 'endpoint', 'environment', 'release', 'detector'],
    windows,
    unit: '0 or 1',
    description: '1 while a detector of a recipe is tripped on a node.',
  },
  {
    name: 'edge_detector_figure',
    labels: [...labels, 'endpoint', 'environment', 'release', 'detector'],
    windows,
    unit: 'a share, or a PSI',
    description: 'What a detector of a recipe measured over the latest answers of a node.',
  },
];

const GONE_AFTER_MS = 86_400_000;

/** What is known of an enrolled node at an instant; nothing of one that is gone, or that was heard of only later. */
export function nodeReadings(node: EdgeNode, at: Date): readonly Reading[] {
  const age = at.getTime() - node.at.getTime();
  if (node.trust !== 'server' || age < 0 || age >= GONE_AFTER_MS) return [];
  const { counts } = node;
  const own = { node: node.node };
  return [
    ...reading('edge_heartbeat_age_seconds', own, age / 1_000),
    ...reading('edge_queue_depth', own, counts.queued),
    ...reading('edge_manifest_age_seconds', own, node.manifestAgeMs / 1_000),
    ...reading('edge_clock_skew_seconds', own, node.clockSkewMs / 1_000),
    ...reading('edge_answers_total', own, counts.answered),
    ...reading('edge_sampled_out_total', own, counts.sampledOut),
    ...Object.entries(counts.dropped).flatMap(([reason, count]) =>
      reading('edge_dropped_total', { ...own, reason }, count),
    ),
    ...node.deployments.flatMap(({ deployment, serving }) =>
      serving.flatMap(({ release, detectors = [] }) =>
        detectors.flatMap(({ name, state, figure }) => {
          const of = { ...own, ...deploymentLabels(node.project, deployment), release, detector: name };
          return [
            ...reading('edge_detector_tripped', of, Number(state === 'TRIPPED')),
            ...(figure === null ? [] : reading('edge_detector_figure', of, figure)),
          ];
        }),
      ),
    ),
  ];
}
