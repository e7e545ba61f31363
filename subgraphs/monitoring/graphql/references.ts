import { reference, type Reference } from '../../shared/graphql/reference.ts';
import { READ } from './access.ts';

export const DeploymentType = reference('Deployment', READ);
export type DeploymentType = Reference;

export const ModelVersionType = reference('ModelVersion', READ);
export type ModelVersionType = Reference;

export const FeatureViewType = reference('FeatureView', READ);
export type FeatureViewType = Reference;

export const ShadowType = reference('Shadow', READ);
export type ShadowType = Reference;

export const FeatureType = reference('Feature', READ, { resolvable: false });
export type FeatureType = Reference;

export const ReleaseType = reference('Release', READ, { resolvable: false });
export type ReleaseType = Reference;

export const ExperimentType = reference('Experiment', READ, { resolvable: false });
export type ExperimentType = Reference;

export const RolloutType = reference('Rollout', READ, { resolvable: false });
export type RolloutType = Reference;
