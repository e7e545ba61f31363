import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../cli/profile/profile.ts';
import { commandLine } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('where a setting comes from', () => {
  const profile = { name: 'prod', settings: { graph: 'http://profile', token: 'kept' } };
  it.each([
    [
      'an option',
      { graph: 'http://option' },
      { TIFFIN_GRAPH_URL: 'http://variable' },
      profile,
      'http://option',
      '--graph',
    ],
    ['a variable', {}, { TIFFIN_GRAPH_URL: 'http://variable' }, profile, 'http://variable', 'TIFFIN_GRAPH_URL'],
    ['an empty variable is none', {}, { TIFFIN_GRAPH_URL: '' }, profile, 'http://profile', 'profile prod'],
    ['the profile', {}, {}, profile, 'http://profile', 'profile prod'],
    ['nothing', {}, {}, undefined, 'http://127.0.0.1:4000', 'default'],
  ])('%s', (_what, options, env, kept, value, from) => {
    expect(resolveSettings(options, env, kept).graph).toEqual({ value, from });
  });
});

it('is the developer of dev mode with its key where nothing says another install or person', () => {
  const found = resolveSettings({}, {}, undefined);
  expect([found.user, found.key]).toEqual([
    { value: 'developer', from: 'dev mode' },
    { value: 'tiffin-dev', from: 'dev mode' },
  ]);
  const viewer = resolveSettings({ user: 'viewer' }, {}, undefined);
  expect([viewer.user?.value, viewer.key?.value]).toEqual(['viewer', 'tiffin-dev']);
  for (const [options, env] of [
    [{ key: 'k' }, {}],
    [{}, { TIFFIN_TOKEN: 't' }],
    [{}, { TIFFIN_GRAPH_URL: 'http://127.0.0.1:4000' }],
  ] as const) {
    const { user, key } = resolveSettings(options, env, undefined);
    expect([user?.from, key?.from]).not.toContain('dev mode');
  }
});

it('keeps profiles, for its owner alone, and shows no secret', async () => {
  const tiffin = commandLine();
  const config = `${temporaryFolder('cli-config')}/deep/config.yaml`;
  const env = { TIFFIN_CONFIG: config };
  expect((await tiffin(['profile', 'list'], { env })).err).toContain('there is no profile');
  const set = await tiffin(['profile', 'set', 'prod', '--graph', 'https://graph.example', '--token', '-'], {
    env,
    stdin: 'secret-of-mine\n',
  });
  expect(set).toMatchObject({ code: 0, err: `prod is kept in ${config}, and is the current profile\n` });
  expect(statSync(config).mode & 0o777).toBe(0o600);
  expect(readFileSync(config, 'utf8')).toContain('token: secret-of-mine');
  const { out } = await tiffin(['profile', 'show'], { env });
  expect(out).toMatch(/graph +https:\/\/graph\.example +profile prod/);
  expect(out).toMatch(/token +secr… +profile prod/);
  expect(out).not.toContain('secret-of-mine');

  await tiffin(['profile', 'set', 'local', '--user', 'viewer'], { env });
  expect((await tiffin(['profile', 'list', '-o', 'json'], { env })).out).toContain('"current": true');
  expect((await tiffin(['profile', 'use', 'local'], { env })).code).toBe(0);
  expect((await tiffin(['profile', 'show'], { env })).out).toMatch(/user +viewer +profile local/);
  expect((await tiffin(['profile', 'delete', 'local'], { env })).code).toBe(0);
  expect(await tiffin(['profile', 'use', 'local'], { env })).toMatchObject({
    code: 4,
    err: expect.stringContaining('there are: prod'),
  });
});

it.each([
  ['name: is "a b"', ['profile', 'set', 'a b']],
  ['--graph: Invalid URL', ['profile', 'set', 'x', '--graph', 'nowhere']],
])('refuses %s', async (message, args) => {
  expect(await commandLine()(args)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
});

it.each([
  ['no YAML', 'profiles: [', /config\.yaml: Flow sequence .*at line 1, column 12/],
  ['another shape', 'profiles: { a: { colour: blue } }', /config\.yaml: profiles\.a: Unrecognized key: "colour"/],
])('names what is wrong with a file of %s', async (_what, text, message) => {
  const config = `${temporaryFolder('cli-broken')}/config.yaml`;
  writeFileSync(config, text);
  const { code, err } = await commandLine()(['profile', 'list'], { env: { TIFFIN_CONFIG: config } });
  expect(err).toMatch(message);
  expect(code).toBe(2);
});
