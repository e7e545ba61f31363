import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { answered, call } from './call.ts';
import type { Connection } from './connection.ts';
import type { Graph } from './graph.ts';

const Begun = z.object({ uploadId: z.string(), url: z.string() });

const bearer = ({ key }: Connection): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** Uploads a file to the registry; answers its SHA-256, by which it is known there. */
export async function upload(
  connection: Connection,
  graph: Graph,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const { uploadId, url } = await graph.change(
    Begun,
    'beginUpload',
    { name, sizeBytes: bytes.length },
    '{ uploadId url }',
  );
  const put = await call(new URL(url, connection.graphUrl).href, {
    method: 'PUT',
    headers: bearer(connection),
    body: bytes,
    repeatable: true,
  });
  await answered(`upload of ${name}`, put);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await graph.change(z.unknown(), 'completeUpload', { uploadId, sha256 }, '{ sha256 }');
  return sha256;
}

/** Downloads a file of the data plane to `path`. */
export async function download(connection: Connection, from: string, path: string): Promise<void> {
  const url = new URL(from, connection.graphUrl).href;
  const answer = await call(url, { headers: bearer(connection), repeatable: true });
  await answered(`download of ${from}`, answer);
  await writeFile(path, new Uint8Array(await answer.arrayBuffer()));
}

/** Whether an edge node serves the endpoint. */
export async function isServed(connection: Connection, endpoint: string): Promise<boolean> {
  const url = `${connection.edgeUrl}/v2/models/${endpoint}/ready`;
  const { status } = await call(url, { headers: bearer(connection), repeatable: false });
  return status === 200;
}
