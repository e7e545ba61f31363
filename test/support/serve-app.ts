import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { atEnd } from './at-end.ts';

/** An app on a port of its own until `close`, which cuts every connection; closed with the test or the file. */
export async function serveApp(app: {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}): Promise<{ readonly url: string; close(): Promise<void> }> {
  const answer = getRequestListener((request) => app.fetch(request));
  const server = createServer((request, response) => void answer(request, response));
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    }));
  atEnd(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
