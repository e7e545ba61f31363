import type { DataPlane } from '../../../shared/http/data-plane.ts';
import type { Operations } from '../../operations/operations.ts';
import { addArtifacts } from './artifacts.ts';
import { MlflowApi } from './mlflow-api.ts';
import { addExperiments } from './experiments.ts';
import { addLoggedModels } from './logged-models.ts';
import { addModelVersions } from './model-versions.ts';
import { addRegisteredModels } from './registered-models.ts';
import { addRuns } from './runs.ts';

/** MLflow's REST API, as far as trainers and readers of a registry need it: `docs/coming-from-mlflow.md`. */
export function addMlflowRoutes(plane: DataPlane, operations: Operations): void {
  const api = new MlflowApi(plane);
  addRegisteredModels(api, operations);
  addModelVersions(api, operations);
  addExperiments(api, operations);
  addRuns(api, operations);
  addLoggedModels(api, operations);
  addArtifacts(plane, api, operations);
}
