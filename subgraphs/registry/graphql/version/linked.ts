import { reference } from '../../../shared/graphql/reference.ts';
import { READ } from '../access.ts';

// Nouns of the feature subgraph: the registry holds their ids and adds what links to them.

export const TrainingSetType = reference('TrainingSet', READ, {
  description: 'A training set, as far as the registry knows it.',
});
export const FeatureServiceType = reference('FeatureService', READ, {
  description: 'A pinned feature service, as far as the registry knows it.',
});
