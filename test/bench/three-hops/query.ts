/** Predictions, what made them, what that was trained on: monitoring → registry → feature, each asking for what the one before named. */
export const QUERY = `query ($deployment: ID!, $first: Int!) {
  predictions(deployment: $deployment, first: $first) {
    edges { node {
      id score decision
      models { modelVersion { id version state trainingSet { id rowCount service { id features { id name dtype } } } } }
    } }
  }
}`;

/** The same three hops as somebody would write them without a gateway. */
export const HOPS = {
  predictions: `query ($deployment: ID!, $first: Int!) {
    predictions(deployment: $deployment, first: $first) { edges { node { id score decision models { modelVersion { id } } } } }
  }`,
  versions: `query ($of: [_Any!]!) {
    _entities(representations: $of) { ... on ModelVersion { id version state trainingSet { id } } }
  }`,
  trainingSets: `query ($of: [_Any!]!) {
    _entities(representations: $of) { ... on TrainingSet { id rowCount service { id features { id name dtype } } } }
  }`,
} as const;

type Call = (
  subgraph: 'monitoring' | 'registry' | 'feature',
  hop: keyof typeof HOPS,
  variables: object,
) => Promise<any>;

/** Asks each subgraph once, each id once, and joins by hand. */
export async function byHand(call: Call, variables: object): Promise<object> {
  const entities = async (name: 'registry' | 'feature', hop: keyof typeof HOPS, type: string, ids: Set<string>) => {
    const of = [...ids].map((id) => ({ __typename: type, id }));
    const { _entities } = await call(name, hop, { of });
    return new Map<string, any>(_entities.map((entity: any) => [entity.id, entity]));
  };
  const { predictions } = await call('monitoring', 'predictions', variables);
  const nodes: any[] = predictions.edges.map(({ node }: any) => node);
  const used = nodes.flatMap(({ models }) => models.map(({ modelVersion }: any) => modelVersion.id as string));
  const versions = await entities('registry', 'versions', 'ModelVersion', new Set(used));
  const setIds = new Set([...versions.values()].map(({ trainingSet }) => trainingSet.id as string));
  const sets = await entities('feature', 'trainingSets', 'TrainingSet', setIds);
  const edges = nodes.map(({ models, ...node }) => {
    const joined = models.map(({ modelVersion }: any) => {
      const { trainingSet, ...version } = versions.get(modelVersion.id);
      return { modelVersion: { ...version, trainingSet: sets.get(trainingSet.id) } };
    });
    return { node: { ...node, models: joined } };
  });
  return { data: { predictions: { edges } } };
}
