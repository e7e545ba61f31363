import { expect, it } from 'vitest';
import { serverEvents } from '../../../edge/control-plane/server-events.ts';

async function* sent(chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk);
}

it.each<[string, string[], (string | null)[]]>([
  ['whole events', ['id: 1\ndata: {"revision":1}\n\n', 'data: 2\n\n'], ['{"revision":1}', '2']],
  ['an event cut anywhere', ['da', 'ta: {"rev', 'ision":1}\n', '\n'], ['{"revision":1}']],
  ['CRLF cut in two', ['data: 1\r', '\n\r\ndata: 2\r\n\r\n'], ['1', '2']],
  ['several lines of data', ['data: a\ndata:b\n\n'], ['a\nb']],
  ['comments', [': still here\n\n', 'data: 1\n\n'], [null, '1']],
  ['an unfinished event', ['data: 1\n'], []],
])('reads %s', async (_, chunks, events) => {
  const read: (string | null)[] = [];
  for await (const data of serverEvents(sent(chunks))) read.push(data);
  expect(read).toEqual(events);
});
