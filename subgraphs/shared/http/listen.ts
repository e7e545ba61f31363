import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { DomainError } from '../../../core/errors.ts';

export interface Listening {
  readonly port: number;
  readonly url: string;
  /** Stops taking connections, lets running requests end, cuts what is left after `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

/** Serves an app over HTTP. Port 0 takes a free one. Throws CONFLICT when the port is taken. */
// oxlint-disable-next-line typescript/no-explicit-any -- Hono's environment type is invariant and irrelevant here
export async function listen(app: Hono<any>, { host, port }: { host: string; port: number }): Promise<Listening> {
  const answer = getRequestListener(app.fetch);
  /** Streams of events, which end when the server does: they would hold up its end for ever. */
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.headers.accept?.startsWith('text/event-stream')) {
      streams.add(response);
      response.once('close', () => streams.delete(response));
    }
    void answer(request, response);
  });
  await bind(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: (graceMs = 5_000) => {
      const drained = drain(server, graceMs);
      for (const stream of streams) stream.destroy();
      return drained;
    },
  };
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const why = taken ? 'is taken: stop what holds it, or choose another' : `cannot be used (${error.code})`;
      reject(new DomainError('CONFLICT', `port ${port} on ${host} ${why}`, { field: 'port', port }));
    });
    server.listen(port, host, resolve);
  });
}

function drain(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
