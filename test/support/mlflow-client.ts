import { signInternalToken } from '../../subgraphs/shared/auth/internal-token.ts';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { secret, type TestRegistry } from './registry.ts';

export interface MlflowAnswer {
  readonly status: number;
  readonly body: any;
}

/** Sends what MLflow's own client sends: reading as a query, everything else as JSON. */
export function mlflowClient(registry: TestRegistry, actor: Actor) {
  const send = async (
    path: string,
    init: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> =>
    registry.subgraph.app.request(path, {
      ...init,
      headers: { authorization: `Bearer ${await signInternalToken(actor, secret)}`, ...init.headers },
    });
  const call = async (method: string, path: string, sent: object = {}): Promise<MlflowAnswer> => {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(sent)) {
      for (const one of [value].flat()) query.append(key, String(one));
    }
    const answer =
      method === 'GET'
        ? await send(`/api/2.0/mlflow/${path}?${query.toString()}`)
        : await send(`/api/2.0/mlflow/${path}`, {
            method,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(sent),
          });
    return { status: answer.status, body: await answer.json() };
  };
  const fileUrl = (uri: string, path: string): string =>
    `/api/2.0/mlflow-artifacts/artifacts/${uri.replace('mlflow-artifacts:/', '')}/${path}`;
  return {
    call,
    /** Answers the body; throws what was refused. */
    ok: async (method: string, path: string, sent: object = {}): Promise<any> => {
      const { status, body } = await call(method, path, sent);
      if (status !== 200) throw new Error(`${path} answered ${status}: ${body.error_code}: ${body.message}`);
      return body;
    },
    putFile: async (uri: string, path: string, bytes: Uint8Array<ArrayBuffer>): Promise<MlflowAnswer> => {
      const answer = await send(fileUrl(uri, path), { method: 'PUT', body: bytes });
      return { status: answer.status, body: await answer.json() };
    },
    getFile: async (uri: string, path: string): Promise<Uint8Array> => {
      const answer = await send(fileUrl(uri, path));
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
      return new Uint8Array(await answer.arrayBuffer());
    },
    /** Deletes a file or a folder; answers the status. */
    remove: async (path: string): Promise<number> =>
      (await send(`/api/2.0/mlflow-artifacts/artifacts/${path}`, { method: 'DELETE' })).status,
    listFiles: async (uri: string, path = ''): Promise<any[]> => {
      const folder = `${uri.replace('mlflow-artifacts:/', '')}${path === '' ? '' : `/${path}`}`;
      const answer = await send(`/api/2.0/mlflow-artifacts/artifacts?path=${encodeURIComponent(folder)}`);
      return ((await answer.json()) as { files: any[] }).files;
    },
  };
}
export type MlflowClient = ReturnType<typeof mlflowClient>;

/** Logs a model as `mlflow.onnx.log_model` of MLflow 3 does: a logged model with its files, made ready. */
export async function logModel(
  client: MlflowClient,
  { group, run, files }: { group: string; run: string; files: Readonly<Record<string, Uint8Array<ArrayBuffer>>> },
): Promise<any> {
  const { model } = await client.ok('POST', 'logged-models', {
    experiment_id: group,
    name: 'model',
    source_run_id: run,
  });
  for (const [path, bytes] of Object.entries(files)) {
    const { status, body } = await client.putFile(model.info.artifact_uri, path, bytes);
    if (status !== 200) throw new Error(`${path}: ${JSON.stringify(body)}`);
  }
  const { model_id: id } = model.info;
  await client.ok('PATCH', `logged-models/${id}`, { model_id: id, status: 'LOGGED_MODEL_READY' });
  return model.info;
}
