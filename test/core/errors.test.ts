import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DomainError, ERROR_STATUS } from '../../core/errors.ts';
import { problemOf } from '../../core/problem.ts';

it('lists every code with its status in docs/errors.md, and no other', () => {
  const rows = readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([A-Z_]+)` +\| (\d+) +\|/gm);
  const documented = Object.fromEntries([...rows].map(([, code, status]) => [code, Number(status)]));
  expect(documented).toEqual(ERROR_STATUS);
});

it('renders a refusal as a problem with its details', () => {
  const error = new DomainError('CONFLICT', 'held by x', { holder: 'x' });
  expect(problemOf(error, 'r1')).toEqual({
    type: 'about:blank',
    title: 'held by x',
    holder: 'x',
    status: 409,
    code: 'CONFLICT',
    requestId: 'r1',
  });
});

it('does not let a detail overwrite the code', () => {
  expect(problemOf(new DomainError('NOT_FOUND', 'no', { code: 'x', status: 1 }))).toMatchObject({
    code: 'NOT_FOUND',
    status: 404,
  });
});

it('masks what is our bug', () => {
  expect(JSON.stringify(problemOf(new Error('password is 123')))).not.toContain('123');
});
