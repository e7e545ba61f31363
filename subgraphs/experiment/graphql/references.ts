import { reference, type Reference } from '../../shared/graphql/reference.ts';
import { READ } from './access.ts';

export const DeploymentType = reference('Deployment', READ);
export type DeploymentType = Reference;

export const ModelVersionType = reference('ModelVersion', READ);
export type ModelVersionType = Reference;

export const ReleaseType = reference('Release', READ, { resolvable: false });
export type ReleaseType = Reference;
