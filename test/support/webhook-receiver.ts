import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, vi } from 'vitest';
import { atEnd } from './at-end.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
  /** What it answered. */
  readonly status: number;
}

/** A real receiver of webhooks on loopback, whose answers the test chooses; gone with the test or the test file. */
export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** What it answers, in turn (0: it hangs up; 1: it never answers); what `otherwise` says when the list is empty. */
  answers: { readonly status: number; readonly headers?: Readonly<Record<string, string>> }[];
  otherwise: (message: any) => number;
  /** Waits for so many requests. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startWebhookReceiver(port = 0): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { status, headers = {} } = receiver.answers.shift() ?? { status: receiver.otherwise(JSON.parse(body)) };
      received.push({ headers: request.headers, body, atMs: performance.now(), status });
      if (status === 0) response.destroy();
      else if (status !== 1) response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as AddressInfo).port;
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${bound}/hook`,
    port: bound,
    received,
    answers: [],
    otherwise: () => 204,
    until: (count) => vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(count), { timeout: 20_000 }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  atEnd(() => receiver.close());
  return receiver;
}
