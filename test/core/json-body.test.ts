import { gzipSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../core/json-body.ts';

const MOST = 1_000;
const read = async (body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  (await readJson(new Request('http://edge/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit), MOST))
    .value;
const refused = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });
const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('a body as JSON', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/problem+json',
    'APPLICATION/JSON',
    'application/x-www-form-urlencoded', // what curl and urllib say when nobody says anything
  ])('is read under %s', async (type) => expect(await read('{"a":"é"}', { 'content-type': type })).toEqual({ a: 'é' }));

  it('is read without a content type', async () => {
    expect(await read(new Blob(['[1]']), {})).toEqual([1]);
  });

  it.each(['text/plain', 'application/octet-stream', 'application/jsonl', 'application/json; charset=iso-8859-1'])(
    'is not read under %s',
    async (type) =>
      await expect(read('{}', { 'content-type': type })).rejects.toEqual(refused('UNSUPPORTED_MEDIA_TYPE', '')),
  );

  it.each(['{"name":"René"}', '{"R\xe9":1}', '"\xff"'])('is refused where it is not UTF-8: %j', async (text) => {
    await expect(read(latin1(text))).rejects.toEqual(refused('MALFORMED', 'not UTF-8'));
  });

  it.each([
    ['gzip', gzipSync('{"a":1}')],
    ['x-gzip', gzipSync('{"a":1}')],
    ['deflate', deflateSync('{"a":1}')],
    ['identity', Buffer.from('{"a":1}')],
  ])('is decompressed: %s', async (encoding, bytes) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    expect(await read(new Uint8Array(bytes), headers)).toEqual({ a: 1 });
  });

  it.each([
    ['identity', new TextEncoder().encode('{"a":1}')],
    ['gzip', new Uint8Array(gzipSync('{"a":1}'))],
  ])('is read of requests without streams, as those of a worker in Firefox: %s', async (encoding, body) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const request = new Request('http://edge/', { method: 'POST', body, headers });
    Object.defineProperty(request, 'body', { value: undefined });
    expect((await readJson(request, MOST)).value).toEqual({ a: 1 });
  });

  it('is refused where the compression is not read, with what is', async () => {
    const refusal = read('x', { 'content-type': 'application/json', 'content-encoding': 'br' });
    await expect(refusal).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      details: { field: 'content-encoding', allowed: ['identity', 'gzip', 'deflate'] },
    });
  });

  it.each([
    ['what is no gzip', Buffer.from('{"a":1}')],
    ['gzip cut short', gzipSync('{"a":1}').subarray(0, 15)],
  ])('is refused as malformed where it is %s', async (_, bytes) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    await expect(read(new Uint8Array(bytes), headers)).rejects.toEqual(refused('MALFORMED', 'not valid gzip'));
  });

  it('is measured decompressed: a small body cannot become a large one', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const bomb = new Uint8Array(gzipSync(' '.repeat(10_000_000)));
    await expect(read(bomb, headers)).rejects.toMatchObject({ code: 'TOO_LARGE', details: { maxBytes: MOST } });
  });

  it.each(['1e400', '-1e400', '1E+309', `1${'0'.repeat(400)}`])(
    'is refused with the number that no double holds: %s',
    async (n) => {
      await expect(read(`{"inputs":{"distance":${n}}}`)).rejects.toEqual(
        refused('INVALID_INPUT', `distance: ${n.slice(0, 60)} is beyond`),
      );
    },
  );

  it('is refused for its digits wherever in the body it begins, and kept with as many as a double holds', async () => {
    for (let spaces = 0; spaces < 320; spaces++) {
      const before = `{"distance":${' '.repeat(spaces)}1`;
      await expect(read(`${before}${'0'.repeat(309)}}`)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await read(`${before}${'0'.repeat(308)}}`)).toEqual({ distance: 1e308 });
    }
  });

  it('keeps large numbers that a double holds', async () => {
    expect(await read('[1e308,1e39,"1e400",1e-400]')).toEqual([1e308, 1e39, '1e400', 0]);
  });
});

it('reads the next body whatever the one before was', async () => {
  await expect(read(latin1('"Ren\xe9'))).rejects.toEqual(refused('MALFORMED', 'not UTF-8'));
  await expect(read(new Uint8Array([0x22, 0xc3]))).rejects.toEqual(refused('MALFORMED', 'not UTF-8'));
  expect(await read('"é"')).toBe('é');
});
