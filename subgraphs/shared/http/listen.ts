import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import { KEEP_ALIVE_MS } from '../../../core/keep-alive.ts';

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
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => void answer(request, response),
  );
  await bind(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: (graceMs = 5_000) => drain(server, graceMs),
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

/** How often connections are looked at that a client keeps open after its last request has ended. */
const IDLE_LOOK_MS = 50;

function drain(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    const look = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(look);
      resolve();
    });
    server.closeIdleConnections();
  });
}
