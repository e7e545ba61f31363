import { parse } from 'graphql';
import { throwRefusal } from '../../../shared/peer-refusal.ts';
import { serviceActor, type Peer } from '../../../shared/peer.ts';
import type { SwitchNode } from '../../domain/rollout/switch-check.ts';

/** The enrolled nodes that report a deployment, by name. Throws SUBGRAPH_UNAVAILABLE where monitoring does not answer. */
export type MonitoredNodes = (project: string, deployment: string) => Promise<readonly SwitchNode[]>;

const NODES = parse(`query ($deployment: ID!, $after: String) {
  edgeNodes(deployment: $deployment, first: 100, after: $after) {
    edges { node {
      name trust lastSeenAt manifestAgeMs stale memory { usedBytes limitBytes }
      serving { refused deployment { id } serving { release p99Ms unanswered features { read stale } } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`);

interface NodePage {
  readonly edges: readonly { readonly node: NodeAnswer }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface NodeAnswer extends Pick<SwitchNode, 'manifestAgeMs' | 'stale' | 'memory'> {
  readonly name: string;
  readonly trust: 'SERVER' | 'DEVICE';
  readonly lastSeenAt: string;
  readonly serving: readonly (Pick<SwitchNode, 'refused' | 'serving'> & { readonly deployment: { id: string } })[];
}

/** Asks monitoring itself, as the experiments' service. What devices say of themselves is left out. */
export const monitoredNodes =
  (monitoring: Peer): MonitoredNodes =>
  async (project, deployment) => {
    const actor = serviceActor('experiment', ['monitoring:read'], project);
    const found: SwitchNode[] = [];
    let after: string | null = null;
    do {
      const result = await monitoring.graphql(NODES, { deployment, after }, actor);
      throwRefusal(result, 'monitoring');
      const page = result.data?.['edgeNodes'] as NodePage;
      for (const { node } of page.edges) if (node.trust === 'SERVER') found.push(nodeOf(node, deployment));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    return found;
  };

function nodeOf({ name: node, lastSeenAt, manifestAgeMs, stale, memory, serving }: NodeAnswer, id: string): SwitchNode {
  const own = serving.find(({ deployment }) => deployment.id === id);
  return {
    node,
    heardAt: new Date(lastSeenAt).toISOString(),
    manifestAgeMs,
    stale,
    refused: own?.refused ?? null,
    serving: (own?.serving ?? []).map(({ release, p99Ms, unanswered, features }) => ({
      release,
      p99Ms,
      unanswered,
      features: features && { read: features.read, stale: features.stale },
    })),
    memory: memory && { usedBytes: memory.usedBytes, limitBytes: memory.limitBytes },
  };
}
