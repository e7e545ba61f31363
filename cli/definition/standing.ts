import { ClientError } from '../../client/client-error.ts';
import type { Client } from '../../client/client.ts';
import { nodesOf } from '../../client/pages.ts';
import {
  AlertRuleDefinitions,
  DeploymentDefinitions,
  EndpointDefinitions,
  EntityDefinitions,
  EventStreamDefinitions,
  ExperimentDefinitions,
  FeatureServiceDefinitions,
  FeatureSnapshotDefinitions,
  FeatureViewDefinitions,
  HoldoutDefinitions,
  MetricDefinitions,
  ResponsePolicyDefinitions,
  SourceDefinitions,
  WebhookDefinitions,
  type MetricDefinitionFieldsFragment,
  type ResponsePolicyDefinitionsQuery,
} from '../operations.ts';
import { shortId } from '../output/short.ts';
import type { DefinitionKind } from '../../schema/definition-kinds.ts';

export interface StandingDefinition {
  readonly kind: DefinitionKind;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Defined {
  readonly definition: unknown;
  readonly name?: string;
}

const PAGE = { first: 100 };

/** Every definition that stands, of versioned nouns the newest, of holdouts and experiments those that have not ended, in the order in which they build on each other. Those of `hidden` are not for who asks. */
export async function standingDefinitions(
  { graph }: Client,
  hidden: Set<DefinitionKind>,
): Promise<StandingDefinition[]> {
  const deployments = await all(nodesOf(graph, DeploymentDefinitions, PAGE, (data) => data.deployments));
  const recipes = deployments.flatMap(({ endpoint, environment, releases }) =>
    (releases?.edges ?? []).map(({ node }) => ({
      kind: 'recipe' as const,
      input: { deployment: `${endpoint?.name}@${environment}`, recipe: node.recipe },
    })),
  );
  const views = await all(nodesOf(graph, FeatureViewDefinitions, PAGE, (data) => data.featureViews));
  const experiments = (status: 'DRAFT' | 'RUNNING'): Promise<Defined[]> =>
    all(nodesOf(graph, ExperimentDefinitions, { ...PAGE, status }, (data) => data.experiments));
  const services = await all(nodesOf(graph, FeatureServiceDefinitions, PAGE, (data) => data.featureServices));
  return [
    ...definitions('entity', await all(nodesOf(graph, EntityDefinitions, PAGE, (data) => data.entities))),
    ...definitions('source', await all(nodesOf(graph, SourceDefinitions, PAGE, (data) => data.sources))),
    ...definitions(
      'event-stream',
      await all(nodesOf(graph, EventStreamDefinitions, PAGE, (data) => data.eventStreams)),
    ),
    ...definitions('feature-view', newest(views)),
    ...definitions('feature-service', newest(services)),
    ...definitions('endpoint', await all(nodesOf(graph, EndpointDefinitions, PAGE, (data) => data.endpoints))),
    ...definitions('deployment', deployments),
    ...recipes,
    ...(await readable('feature-snapshot', hidden, async () => {
      const places = await all(nodesOf(graph, FeatureSnapshotDefinitions, PAGE, (data) => data.deployments));
      return places.flatMap(({ featureSnapshots }) => featureSnapshots);
    })),
    ...(await readable('webhook', hidden, () =>
      all(nodesOf(graph, WebhookDefinitions, PAGE, (data) => data.webhooks)),
    )),
    ...(await all(nodesOf(graph, MetricDefinitions, PAGE, (data) => data.metrics))).map(metricDefinition),
    ...definitions('holdout', await all(nodesOf(graph, HoldoutDefinitions, PAGE, (data) => data.holdouts))),
    ...definitions('experiment', [...(await experiments('DRAFT')), ...(await experiments('RUNNING'))]),
    ...definitions('alert-rule', await all(nodesOf(graph, AlertRuleDefinitions, PAGE, (data) => data.alertRules))),
    ...(await all(nodesOf(graph, ResponsePolicyDefinitions, PAGE, (data) => data.responsePolicies))).map(
      policyDefinition,
    ),
  ];
}

const definitions = (kind: DefinitionKind, nouns: readonly Defined[]): StandingDefinition[] =>
  nouns.map(({ definition }) => ({ kind, input: definition as Record<string, unknown> }));

async function readable(
  kind: DefinitionKind,
  hidden: Set<DefinitionKind>,
  read: () => Promise<readonly Defined[]>,
): Promise<StandingDefinition[]> {
  try {
    return definitions(kind, await read());
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'FORBIDDEN') throw error;
    hidden.add(kind);
    return [];
  }
}

/** A metric in the words of its input, what is none left out. */
const metricDefinition = ({ name, description, definition }: MetricDefinitionFieldsFragment): StandingDefinition => ({
  kind: 'metric',
  input: {
    name,
    ...(description !== '' && { description }),
    definition: Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== null)),
  },
});

type Policy = NonNullable<ResponsePolicyDefinitionsQuery['responsePolicies']>['edges'][number]['node'];

/** A response policy in the words of its input: like all definitions, it names a deployment without its project. */
function policyDefinition({ name, description, definition: whole }: Policy): StandingDefinition {
  const { deployment, ...rest } = whole as { readonly deployment: string };
  const definition = { deployment: shortId(deployment), ...rest };
  return { kind: 'response-policy', input: { name, ...(description !== '' && { description }), definition } };
}

/** Lists of versions come by name and version. */
const newest = <Noun extends { readonly name: string }>(versions: readonly Noun[]): Noun[] => [
  ...new Map(versions.map((one) => [one.name, one])).values(),
];

async function all<Node>(nodes: AsyncIterable<Node>): Promise<Node[]> {
  const found: Node[] = [];
  for await (const node of nodes) found.push(node);
  return found;
}
