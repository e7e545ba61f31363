import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { contextOf, type DataPlane } from '../../../shared/http/data-plane.ts';
import { validated } from '../../../../schema/validated.ts';
import { loggedModelRoot, runRoot } from '../../domain/tracking/artifact-path.ts';
import type { Operations } from '../../operations/operations.ts';
import type { ArtifactEntry } from '../../operations/tracking/artifacts.ts';
import { ACCESS, MLFLOW_ROUTE, type MlflowApi } from './mlflow-api.ts';

type Ops = Pick<Operations, 'artifacts' | 'trainingRuns' | 'loggedModels'>;

const BASE = '/api/2.0/mlflow-artifacts/artifacts';
const FILE = `${BASE}/:path{.+}`;

/** A path that comes in a query, where leaving it out names the folder itself. */
const Path = z.string().max(1_000).default('');

/** `/mlflow-artifacts/…`, through which clients send and fetch files, and the lists of a run's and a model's files. */
export function addArtifacts(plane: DataPlane, api: MlflowApi, ops: Ops): void {
  const { artifacts, trainingRuns, loggedModels } = ops;

  // What a file may have is checked while it is stored.
  plane.route({ method: 'PUT', path: FILE, maxBytes: Infinity, ...ACCESS.write, ...MLFLOW_ROUTE }, async (c) => {
    // An empty file comes without a body.
    await artifacts.put(contextOf(c), c.req.param('path') ?? '', c.req.raw.body ?? []);
    return c.json({});
  });

  plane.route({ method: 'GET', path: FILE, ...ACCESS.read, ...MLFLOW_ROUTE }, async (c) => {
    const { stream, sizeBytes } = await artifacts.open(contextOf(c), c.req.param('path') ?? '');
    return c.body(stream, 200, {
      'content-type': 'application/octet-stream',
      'content-length': String(sizeBytes),
      // Nobody's file is shown as a page of ours.
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
    });
  });

  plane.route({ method: 'DELETE', path: FILE, ...ACCESS.write, ...MLFLOW_ROUTE }, async (c) => {
    await artifacts.delete(contextOf(c), c.req.param('path') ?? '');
    return c.json({});
  });

  plane.route({ method: 'GET', path: BASE, ...ACCESS.read, ...MLFLOW_ROUTE }, async (c) => {
    const { path } = validated(z.object({ path: Path }), c.req.query());
    return c.json({ files: (await artifacts.list(contextOf(c), path)).map((entry) => shown(entry)) });
  });

  // Clients that hear exactly this send the file in one piece.
  plane.route(
    {
      method: 'POST',
      path: '/api/2.0/mlflow-artifacts/mpu/:step/:path{.+}',
      ...ACCESS.write,
      ...MLFLOW_ROUTE,
    },
    () => {
      throw new DomainError(
        'FAILED_PRECONDITION',
        'Multipart upload is not supported for the current artifact repository',
        {
          allowed: [`PUT ${BASE}/<path>`],
        },
      );
    },
  );

  api.call({
    method: 'GET',
    path: '/artifacts/list',
    access: 'read',
    input: z.object({ run_id: z.string(), path: Path }),
    answer: async (context, { run_id: id, path }) => {
      const run = await trainingRuns.byId(context, id);
      const root = runRoot(run.group, run.id);
      const entries = await artifacts.list(context, `${root}/${path}`);
      return { root_uri: `mlflow-artifacts:/${root}`, files: entries.map((entry) => shown(entry, path)) };
    },
  });

  api.call({
    method: 'GET',
    path: '/logged-models/:model_id/artifacts/directories',
    access: 'read',
    input: z.object({ model_id: z.string(), artifact_directory_path: Path }),
    answer: async (context, { model_id: id, artifact_directory_path: path }) => {
      const model = await loggedModels.byId(context, id);
      const root = loggedModelRoot(model.group, model.id);
      const entries = await artifacts.list(context, `${root}/${path}`);
      return { root_uri: `mlflow-artifacts:/${root}`, files: entries.map((entry) => shown(entry, path)) };
    },
  });
}

const shown = ({ path, sizeBytes }: ArtifactEntry, folder = '') => ({
  path: folder === '' ? path : `${folder}/${path}`,
  is_dir: sizeBytes === null,
  ...(sizeBytes !== null && { file_size: sizeBytes }),
});
