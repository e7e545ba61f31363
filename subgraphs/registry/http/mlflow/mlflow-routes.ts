import type { DataPlane } from '../../../shared/http/data-plane.ts';
import type { Operations } from '../../operations/operations.ts';
import { addArtifacts } from './artifacts.ts';
import { MlflowDoor } from './door.ts';
import { addExperiments } from './experiments.ts';
import { addLoggedModels } from './logged-models.ts';
import { addModelVersions } from './model-versions.ts';
import { addRegisteredModels } from './registered-models.ts';
import { addRuns } from './runs.ts';

/** MLflow's REST API, as far as trainers and readers of a registry need it: `docs/coming-from-mlflow.md`. */
export function addMlflowRoutes(plane: DataPlane, operations: Operations): void {
  const door = new MlflowDoor(plane);
  addRegisteredModels(door, operations);
  addModelVersions(door, operations);
  addExperiments(door, operations);
  addRuns(door, operations);
  addLoggedModels(door, operations);
  addArtifacts(plane, door, operations);
}
