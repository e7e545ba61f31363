import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What to answer: a body, with its status; null cuts the connection, and 'never' keeps it without an answer. */
export type Canned = { readonly status?: number; readonly body: unknown } | null | 'never';

export interface CannedServer {
  readonly url: string;
  /** How many were opened. */
  readonly connections: () => number;
  readonly seen: {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: any;
  }[];
}

/** A server outside of the project's code that gives these answers in turn, then the last one again. */
export async function serve(answers: readonly Canned[]): Promise<CannedServer> {
  const seen: CannedServer['seen'] = [];
  const server = createServer((request, response) => void answerOne(request, response));
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    const { method = '', url = '', headers } = request;
    seen.push({ method, path: url, headers, body: /^[[{]/.test(text) ? JSON.parse(text) : text });
    if (answer === 'never') return;
    if (!answer) return void request.socket.destroy();
    response.statusCode = answer.status ?? 200;
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  };
  let opened = 0;
  server.on('connection', () => opened++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { connections: () => opened, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
