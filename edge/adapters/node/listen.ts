import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { DomainError } from '../../../core/errors.ts';
import { KEEP_ALIVE_MS } from '../../../core/keep-alive.ts';

type Fetch = Parameters<typeof getRequestListener>[0];

export interface Listening {
  readonly url: string;
  /** Takes no more connections, lets what runs end, and cuts what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Serves over HTTP. Port 0 takes a free one. Throws CONFLICT when the port is taken. */
export async function listen(fetch: Fetch, { host, port }: { host: string; port: number }): Promise<Listening> {
  const answer = getRequestListener(fetch);
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => void answer(request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken: stop what holds it, or choose another' : error.message;
      reject(new DomainError('CONFLICT', `port ${port} on ${host} ${why}`, { field: 'TIFFIN_EDGE_PORT', port }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: (graceMs) => drain(server, graceMs),
  };
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
