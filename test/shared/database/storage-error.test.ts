import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../core/errors.ts';
import { storageErrorOf } from '../../../subgraphs/shared/database/storage-error.ts';

const withCode = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

describe('storageErrorOf', () => {
  it.each(['53100', 'ENOSPC', 'EDQUOT', 'EFBIG'])('takes %s for a full disk', (code) => {
    expect(storageErrorOf(withCode(code))).toMatchObject({ code: 'STORAGE_FULL', status: 507 });
  });

  it.each(['08006', '08P01', '57P01', '57P02', '57P03', '53300', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND'])(
    'takes %s for a database that is away',
    (code) => expect(storageErrorOf(withCode(code))).toMatchObject({ code: 'UNAVAILABLE', status: 503 }),
  );

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
  ])('knows what the driver says without a code: %s', (message) => {
    expect(storageErrorOf(new Error(message))).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('looks at what an error wraps', () => {
    const wrapped = new Error('outer', { cause: new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') }) });
    expect(storageErrorOf(wrapped)).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it.each([
    withCode('23505', 'duplicate key value'),
    withCode('42P01', 'relation does not exist'),
    withCode('ENOENT'),
    new Error('terminated'),
    new TypeError('undefined is not a function'),
    new DomainError('NOT_FOUND', 'no such thing'),
    'ENOSPC',
    undefined,
    null,
  ])('leaves %s alone', (error) => expect(storageErrorOf(error)).toBeUndefined());

  it('ends on an error that wraps itself', () => {
    const endless = new Error('endless');
    endless.cause = endless;
    expect(storageErrorOf(endless)).toBeUndefined();
  });
});
