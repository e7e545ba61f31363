import {
  isInterfaceType,
  Kind,
  parse,
  type DirectiveNode,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import type { UrnKind } from '../../core/urn.ts';
import type { SubgraphName } from '../../subgraphs/shared/subgraph.ts';
import type { SubgraphSdl } from '../compose/compose.ts';

/** What `node(id)` makes of an id: the GraphQL type, and who knows whether it exists. */
export interface NodeType {
  readonly type: string;
  readonly owner: SubgraphName;
}

/** A kind of id that is no node of its own (a column is read through its source) is left out. */
const NODE_TYPES: Readonly<Partial<Record<UrnKind, NodeType>>> = {
  entity: { type: 'Entity', owner: 'feature' },
  source: { type: 'Source', owner: 'feature' },
  'feature-view': { type: 'FeatureView', owner: 'feature' },
  feature: { type: 'Feature', owner: 'feature' },
  'feature-service': { type: 'FeatureService', owner: 'feature' },
  'training-set': { type: 'TrainingSet', owner: 'feature' },
  materialization: { type: 'Materialization', owner: 'feature' },
  model: { type: 'Model', owner: 'registry' },
  'model-version': { type: 'ModelVersion', owner: 'registry' },
  endpoint: { type: 'Endpoint', owner: 'registry' },
  deployment: { type: 'Deployment', owner: 'registry' },
  release: { type: 'Release', owner: 'registry' },
  experiment: { type: 'Experiment', owner: 'experiment' },
  shadow: { type: 'Shadow', owner: 'experiment' },
  prediction: { type: 'Prediction', owner: 'monitoring' },
  'alert-rule': { type: 'AlertRule', owner: 'monitoring' },
  alert: { type: 'Alert', owner: 'monitoring' },
  'edge-node': { type: 'EdgeNode', owner: 'monitoring' },
  webhook: { type: 'Webhook', owner: 'registry' },
};

export type NodeTypes = ReadonlyMap<UrnKind, NodeType>;

/** The kinds whose type its owner really offers as an entity: the composed graph may name no others. */
export function nodeTypesOf(subgraphs: readonly SubgraphSdl[]): NodeTypes {
  const offered = new Set(subgraphs.flatMap(({ name, sdl }) => entitiesOf(sdl).map((type) => `${name} ${type}`)));
  return chosen(({ type, owner }) => offered.has(`${owner} ${type}`));
}

/** The same, read back from a composed graph. */
export function nodeTypesIn(apiSchema: GraphQLSchema): NodeTypes {
  const node = apiSchema.getType('Node');
  const possible = new Set(isInterfaceType(node) ? apiSchema.getPossibleTypes(node).map(({ name }) => name) : []);
  return chosen(({ type }) => possible.has(type));
}

function chosen(keep: (type: NodeType) => boolean): NodeTypes {
  const entries = Object.entries(NODE_TYPES) as [UrnKind, NodeType][];
  return new Map(entries.filter(([, type]) => keep(type)));
}

function entitiesOf(sdl: string): string[] {
  return parse(sdl)
    .definitions.filter((node): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter(({ directives = [] }) => directives.some(isResolvableId))
    .map(({ name }) => name.value);
}

function isResolvableId({ name, arguments: args = [] }: DirectiveNode): boolean {
  const valueOf = (argument: string): unknown => {
    const value = args.find((node) => node.name.value === argument)?.value;
    return value && 'value' in value ? value.value : undefined;
  };
  return name.value === 'key' && valueOf('fields') === 'id' && valueOf('resolvable') !== false;
}
