import { expect, it } from 'vitest';
import { BEAT, serverEvents, serverEventText, type ServerEvent } from '../../core/server-events.ts';

async function* sent(chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk);
}

async function read(chunks: readonly string[]): Promise<(ServerEvent | null)[]> {
  const events: (ServerEvent | null)[] = [];
  for await (const event of serverEvents(sent(chunks))) events.push(event);
  return events;
}

it.each<[string, string[], (ServerEvent | null)[]]>([
  [
    'whole events',
    ['id: 1\ndata: {"revision":1}\n\n', 'data: 2\n\n'],
    [{ id: '1', data: '{"revision":1}' }, { data: '2' }],
  ],
  ['an event cut anywhere', ['da', 'ta: {"rev', 'ision":1}\n', '\n'], [{ data: '{"revision":1}' }]],
  ['CRLF cut in two', ['data: 1\r', '\n\r\ndata: 2\r\n\r\n'], [{ data: '1' }, { data: '2' }]],
  ['several lines of data', ['data: a\ndata:b\n\n'], [{ data: 'a\nb' }]],
  ['the name of an event', ['event: complete\ndata:\n\n'], [{ name: 'complete', data: '' }]],
  ['a field without a value', ['event: complete\ndata\n\n'], [{ name: 'complete', data: '' }]],
  ['a place without data', ['id: 7\n\n', 'data: 1\n\n'], [{ id: '7' }, { data: '1' }]],
  ['comments', [': still here\n\n', 'data: 1\n\n'], [null, { data: '1' }]],
  ['an unfinished event', ['data: 1\n'], []],
])('reads %s', async (_, chunks, events) => {
  expect(await read(chunks)).toEqual(events);
});

it('reads what it writes', async () => {
  const events = [
    { id: '7', name: 'next', data: '{"a":1}' },
    { id: '8' },
    { data: 'two\nlines' },
    { name: 'complete', data: '' },
  ];
  expect(await read([...events.map(serverEventText), BEAT])).toEqual([...events, null]);
});
