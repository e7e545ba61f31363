/** The mutations that apply definitions, in the order in which they build on each other, and the inputs that they take. */
export const DEFINITION_INPUTS = {
  features: 'ApplyFeatureDefinitionsInput',
  serving: 'ApplyServingDefinitionsInput',
  measurements: 'ApplyMeasurementDefinitionsInput',
  alerts: 'ApplyAlertDefinitionsInput',
} as const;

export type DefinitionGroup = keyof typeof DEFINITION_INPUTS;

export const DEFINITION_GROUPS = Object.keys(DEFINITION_INPUTS) as readonly DefinitionGroup[];

interface KindPlace {
  readonly group: DefinitionGroup;
  /** The list of the mutation's input. */
  readonly list: string;
}

/** What a definition file can define: the word after `kind:`. */
export const DEFINITION_KINDS = {
  entity: { group: 'features', list: 'entities' },
  source: { group: 'features', list: 'sources' },
  'event-stream': { group: 'features', list: 'eventStreams' },
  'feature-view': { group: 'features', list: 'featureViews' },
  'feature-service': { group: 'features', list: 'featureServices' },
  endpoint: { group: 'serving', list: 'endpoints' },
  deployment: { group: 'serving', list: 'deployments' },
  recipe: { group: 'serving', list: 'recipes' },
  'feature-snapshot': { group: 'serving', list: 'featureSnapshots' },
  webhook: { group: 'serving', list: 'webhooks' },
  metric: { group: 'measurements', list: 'metrics' },
  holdout: { group: 'measurements', list: 'holdouts' },
  experiment: { group: 'measurements', list: 'experiments' },
  'alert-rule': { group: 'alerts', list: 'rules' },
  'response-policy': { group: 'alerts', list: 'responsePolicies' },
} as const satisfies Record<string, KindPlace>;

/** The group whose effects a group builds on: it waits for them to arrive. */
export const GROUP_BEFORE: Readonly<Partial<Record<DefinitionGroup, DefinitionGroup>>> = {
  serving: 'features',
  alerts: 'serving',
};

export type DefinitionKind = keyof typeof DEFINITION_KINDS;

export const isDefinitionKind = (text: unknown): text is DefinitionKind =>
  typeof text === 'string' && Object.hasOwn(DEFINITION_KINDS, text);

/** The group of a URN that a definition makes: recipes become releases. */
export function groupOfUrn(urn: string): DefinitionGroup | undefined {
  const [, , kind] = urn.split(':');
  const written = kind === 'release' ? 'recipe' : kind;
  return isDefinitionKind(written) ? DEFINITION_KINDS[written].group : undefined;
}
