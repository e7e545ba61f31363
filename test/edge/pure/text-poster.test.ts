import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { textPoster } from '../../../edge/adapters/node/text-poster.ts';
import type { PostText } from '../../../edge/control-plane/control-plane.ts';

const noRedirect: PostText = () => Promise.reject(new Error('nothing was redirected'));

interface Asked {
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  readonly socket: Socket;
}

/** A server that answers each request in its own way, and what it was asked. */
async function serving(
  answer: (response: ServerResponse, place: number, asked: Asked) => void,
  work: (url: string, asked: readonly Asked[]) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.once('end', () => {
      const one = { body, headers: request.headers, socket: request.socket };
      answer(response, asked.push(one) - 1, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/x`, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const sent = (body: string, timeoutMs = 20_000) => ({ headers: { authorization: 'Bearer k' }, body, timeoutMs });

describe('posting text', () => {
  it('sends headers and bytes as they are, and keeps the connection', async () => {
    await serving(
      (response) => response.writeHead(418, { date: 'then' }).end('तिफ़िन'),
      async (url, asked) => {
        const post = textPoster(noRedirect);
        expect(await post(url, sent('"डिब्बा"'))).toEqual({ status: 418, date: 'then', text: 'तिफ़िन' });
        await post(url, sent('2'));
        expect(asked.map(({ body }) => body)).toEqual(['"डिब्बा"', '2']);
        expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer k', 'content-length': '20' });
        expect(asked[1]?.socket).toBe(asked[0]?.socket);
      },
    );
  });

  it('asks once more where the server closed the kept connection meanwhile', async () => {
    await serving(
      (response, place, { socket }) => (place === 1 ? socket.resetAndDestroy() : response.end(`${place}`)),
      async (url, asked) => {
        const post = textPoster(noRedirect);
        await post(url, sent('first'));
        expect((await post(url, sent('second'))).text).toBe('2');
        expect(asked.map(({ body }) => body)).toEqual(['first', 'second', 'second']);
      },
    );
  });

  it('does not ask again where the first connection breaks, nor where an answer does', async () => {
    await serving(
      (response, place, { socket }) => {
        if (place === 1) response.end('whole');
        else if (place === 0) socket.resetAndDestroy();
        else response.writeHead(200, { 'content-length': '100' }).write('half', () => socket.resetAndDestroy());
      },
      async (url, asked) => {
        const post = textPoster(noRedirect);
        await expect(post(url, sent('a'))).rejects.toThrow();
        expect((await post(url, sent('b'))).text).toBe('whole');
        await expect(post(url, sent('c'))).rejects.toThrow();
        expect(asked.map(({ body }) => body)).toEqual(['a', 'b', 'c']);
      },
    );
  });

  it('gives up an answer that does not come, and one that does not end', async () => {
    await serving(
      (response, place) => void (place === 1 && response.writeHead(200).write('half')),
      async (url) => {
        const post = textPoster(noRedirect);
        await expect(post(url, sent('a', 50))).rejects.toThrow('no answer within 50 ms');
        await expect(post(url, sent('b', 50))).rejects.toThrow('no answer within 50 ms');
      },
    );
  });

  it('leaves redirects to what can follow them', async () => {
    await serving(
      (response) => response.writeHead(307, { location: '/elsewhere' }).end(),
      async (url) => {
        const followed: unknown[] = [];
        const post = textPoster(async (...given) => {
          followed.push(given);
          return { status: 200, date: null, text: 'there' };
        });
        expect((await post(url, sent('a'))).text).toBe('there');
        expect(followed).toEqual([[url, sent('a')]]);
      },
    );
  });
});
