import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../cli/exit-code.ts';
import { VERSION } from '../../cli/version.ts';
import { commandLine } from '../support/command-line.ts';

const tiffin = commandLine();
/** Nobody listens there. */
const NOWHERE = ['--graph', 'http://127.0.0.1:9'];

it('says its version, which is that of the package', async () => {
  expect(await tiffin(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  expect(VERSION).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
});

it('names every noun and verb in its help', async () => {
  const { code, out } = await tiffin(['--help']);
  expect(code).toBe(0);
  for (const noun of ['model', 'version', 'release', 'deployment', 'experiment', 'alert', 'audit']) {
    expect(out).toContain(`\n  ${noun} `);
  }
  expect((await tiffin(['version', '--help'])).out).toMatch(/approve .*\n[^]*reject /);
});

describe('wrong usage ends with 2 and says what to type', () => {
  it.each([
    [['modl', 'list'], /unknown command 'modl'\n\(Did you mean model\?\)/],
    [['model', 'lst'], /unknown command 'lst'/],
    [['model', 'show'], /missing required argument 'name'/],
    [['model', 'list', '--limit', '0'], /--limit: is 0, and must be a whole number from 1/],
    [['model', 'list', '-o', 'xml'], /Allowed choices are table, wide, json/],
    [['version', 'list', '--state', 'approvd'], /--state: is approvd\n {2}hint: allowed: DRAFT, /],
    [['version', 'reject', 'fraud@3'], /required option '--reason <text>' not specified/],
    [['prediction', 'list'], /required option '--deployment <id>' not specified/],
    [['lineage', 'fraud@3', '--depth', '1.5'], /--depth: is 1.5, and must be a whole number/],
    [['status', '--every', '0'], /--every: is 0/],
    [['api', '{ models { edges { cursor } } }', '-f', 'n'], /--variable: is "n", and must be name=value/],
    [['api', '{ a }', '--variables', '[1]'], /--variables: is no JSON object/],
    [['api', ' '], /document: is empty/],
    [['predict', 'fraud', '-i', 'amount'], /--input: is "amount", and must be name=value/],
    [['model', 'register', 'fraud', '/nowhere.onnx'], /file: \/nowhere\.onnx: there is no such file/],
    [['model', 'list', '--profile', 'none'], /--profile: there is no profile none/],
  ])('%j', async (args, message) => {
    const { code, out, err } = await tiffin([...args, ...NOWHERE]);
    expect(err).toMatch(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('as JSON where JSON is asked for', async () => {
    const { err } = await tiffin(['model', 'list', '-o', 'json', '--limit', 'x']);
    expect(JSON.parse(err)).toEqual({
      error: { code: 'INVALID_INPUT', message: '--limit: is x, and must be a whole number from 1' },
    });
    expect(JSON.parse((await tiffin(['modl', '--output=json'])).err).error.code).toBe('USAGE');
  });
});

it('says that nobody answers, and ends with 6', async () => {
  const { code, err } = await tiffin(['model', 'list', ...NOWHERE]);
  expect(code).toBe(6);
  expect(err).toMatch(/http:\/\/127\.0\.0\.1:9 .*\n {2}hint: is the control plane running\?/);
  const doctor = await tiffin(['doctor', ...NOWHERE, '--edge', 'http://127.0.0.1:9']);
  expect(doctor.code).toBe(6);
  expect(doctor.out).toMatch(/control plane +no +http:\/\/127\.0\.0\.1:9\/readyz: /);
});

describe('a step that changes traffic', () => {
  const args = ['deployment', 'kill', 'fraud@production', '--reason', 'wrong', ...NOWHERE];

  it('asks a person, and does nothing without a yes', async () => {
    const { code, err } = await tiffin(args, { answer: false });
    expect(err).toContain('stop fraud@production (http://127.0.0.1:9)?');
    expect(err).toContain('nothing was changed');
    expect(code).toBe(1);
  });

  it('goes on with a yes', async () => expect((await tiffin(args, { answer: true })).code).toBe(6));

  it('asks nobody where nobody sits, and says which option to give', async () => {
    const { code, err } = await tiffin(args);
    expect(code).toBe(2);
    expect(err).toContain('hint: say --yes');
    expect((await tiffin([...args, '--yes'])).code).toBe(6);
  });
});

it.each([
  ['FORBIDDEN', 3],
  ['UNAUTHENTICATED', 3],
  ['NOT_FOUND', 4],
  ['CONFLICT', 5],
  ['INVALID_TRANSITION', 5],
  ['SUBGRAPH_UNAVAILABLE', 6],
  ['TIMEOUT', 6],
  ['INVALID_INPUT', 1],
  ['GRAPHQL_VALIDATION_FAILED', 1],
])('ends with the exit code of %s', (code, expected) => expect(exitCodeOf(code)).toBe(expected));

it.each([
  [['ver'], ['version']],
  [['version', 'sub'], ['submit']],
  [['deployment', 'rollback', '--re'], ['--reason']],
  [['model', 'list', '--outp'], ['--output']],
  [['nothing-like-it'], []],
])('completes %j', async (words, expected) => {
  expect((await tiffin(['__complete', '--', ...words])).out.split('\n').filter(Boolean)).toEqual(expected);
});
