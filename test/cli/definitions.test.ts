import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ClientError } from '../../client/client-error.ts';
import { planText } from '../../cli/definition/plan-text.ts';
import { placeOfError } from '../../cli/definition/send.ts';
import { definitionsIn, readDefinitions } from '../../cli/definition/written.ts';
import { serve } from '../client/fake-server.ts';
import { commandLine } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const tiffin = commandLine();
const NOWHERE = ['--graph', 'http://127.0.0.1:9'];
const noInput = () => Promise.resolve('');

const FILE = `# What cards have.
kind: entity
name: card
joinKeys:
  - { name: card_id, dtype: STRING }
---
---
kind: feature-view
name: spend
features:
  - name: amount
    dtype: FLOAT
`;

describe('definition files', () => {
  it('hold one definition per document, and know the place of each field', () => {
    const [entity, view, ...rest] = definitionsIn('cards.yaml', FILE);
    expect(rest).toEqual([]);
    expect(entity).toMatchObject({ kind: 'entity', input: { name: 'card', joinKeys: [{ name: 'card_id' }] } });
    expect(view?.placeOf(['features', '0', 'dtype'])).toBe('cards.yaml:12:12');
    // A field that is missing is shown where it would be.
    expect(view?.placeOf(['features', '0', 'window', 'function'])).toBe('cards.yaml:11:5');
    expect(view?.placeOf(['ttlSeconds'])).toBe('cards.yaml:8:1');
  });

  it('may be JSON, folders of files, and standard input', async () => {
    const folder = temporaryFolder('definitions');
    mkdirSync(join(folder, 'b'));
    writeFileSync(join(folder, 'b', 'z.json'), '{ "kind": "endpoint", "name": "fraud" }');
    writeFileSync(join(folder, 'a.yml'), 'kind: entity\nname: card\n');
    writeFileSync(join(folder, 'notes.txt'), 'not: a definition');
    const found = await readDefinitions([folder, '-'], () => Promise.resolve('kind: source\nname: txn'));
    expect(found.map(({ kind, input }) => [kind, input['name']])).toEqual([
      ['entity', 'card'],
      ['endpoint', 'fraud'],
      ['source', 'txn'],
    ]);
  });

  it.each([
    ['kind: entity\nname: [a\n', /x\.yaml:3:1: Flow sequence/],
    ['- kind: entity\n', /x\.yaml:1:1: a definition is a map with a kind/],
    ['name: card\n', /x\.yaml:1:1: kind: is missing, and must be one of entity, source, /],
    ['name: card\nkind: entiti\n', /x\.yaml:2:7: kind: is "entiti", and must be one of entity, /],
    ['kind: entity\nname: a\nname: b\n', /x\.yaml:3:1: Map keys must be unique/],
    ['kind: toString\n', /kind: is "toString"/],
  ])('are refused with the line: %j', (text, message) => {
    expect(() => definitionsIn('x.yaml', text)).toThrow(message);
  });

  it('are refused where there is nothing', async () => {
    const folder = temporaryFolder('definitions');
    await expect(readDefinitions([folder], noInput)).rejects.toThrow('there is no definition here');
    await expect(readDefinitions([join(folder, 'gone')], noInput)).rejects.toThrow('no such file or folder');
  });
});

describe('a refusal', () => {
  const lists = { featureViews: definitionsIn('cards.yaml', FILE).slice(1) };
  it.each([
    [new ClientError('wrong', { code: 'INVALID_INPUT', field: 'featureViews.0.features.0.dtype' }), 'cards.yaml:12:12'],
    [
      new ClientError('Variable "$input" got invalid value "FLOAT" at "input.featureViews[0].features[0].dtype"; no.', {
        code: 'BAD_USER_INPUT',
      }),
      'cards.yaml:12:12',
    ],
    [
      new ClientError(
        'Variable "$input" got invalid value {} at "input.featureViews[0].features[0]"; Field "dtype" is not defined by type "F".',
        { code: 'BAD_USER_INPUT' },
      ),
      'cards.yaml:12:12',
    ],
    [new ClientError('wrong', { code: 'INVALID_INPUT', field: 'featureViews.7.name' }), undefined],
    [new ClientError('wrong', { code: 'UNAVAILABLE' }), undefined],
  ])('is shown at the line that it is about: %s', (error, place) => {
    expect(placeOfError(error, lists)?.place).toBe(place);
  });
});

const change = (more: object) => ({
  kind: 'feature-view',
  subject: 'tiffin:default:feature-view:spend',
  action: 'UNCHANGED' as const,
  id: 'tiffin:default:feature-view:spend@1',
  beforeId: 'tiffin:default:feature-view:spend@1',
  fingerprint: 'f',
  differences: [],
  readBy: [],
  liveReleases: [],
  ...more,
});

it('shows what a plan changes, and who stays with what stood', () => {
  const later = definitionsIn('r.yaml', 'kind: recipe\ndeployment: fraud@production\n');
  const readBy = Array.from({ length: 8 }, (_, i) => `tiffin:default:release:fraud@production/${i}`);
  const changes = [
    change({ action: 'CREATE', kind: 'entity', id: 'tiffin:default:entity:card', beforeId: null }),
    change({
      action: 'NEW_VERSION',
      id: 'tiffin:default:feature-view:spend@2',
      differences: [{ path: 'ttlSeconds', before: 60, after: null }],
      readBy,
      liveReleases: readBy.slice(2, 3),
    }),
    change({}),
  ];
  expect(planText({ changes, later }, false).split('\n')).toEqual([
    '+ entity card',
    '~ feature-view spend@1 → spend@2',
    '    ttlSeconds: 60 → –',
    '    live releases that read it: fraud@production/2',
    expect.stringMatching(/^ {4}stay with spend@1: release fraud@production\/0, .*\/5, and 2 more$/),
    '? recipe fraud@production  builds on what this plan makes: checked when it is applied',
    '1 to create, 1 to change, 1 as it stands, 1 to check later',
  ]);
});

describe('a plan', () => {
  const planned = (kind: string, id: string, more: object) => ({
    kind,
    subject: id,
    action: 'CREATE',
    id,
    beforeId: null,
    fingerprint: null,
    differences: [],
    ...more,
  });
  const answer = (field: string, changes: object[]) => ({
    body: { data: { [field]: { eventCursor: null, changes } } },
  });
  const policy = 'kind: response-policy\nname: page-us\ndefinition: { deployment: lateness@drill }\n';

  it('asks of no lineage where what changes is no asset, as a webhook', async () => {
    const id = 'tiffin:default:webhook:page-us';
    const differences = [{ path: 'status', before: 'ACTIVE', after: 'DISABLED' }];
    const revised = planned('webhook', id, { action: 'UPDATE', beforeId: id, fingerprint: 'f', differences });
    const server = await serve([answer('applyServingDefinitions', [revised])]);
    const webhook = 'kind: webhook\nurl: https://hooks.example.org/\nstatus: DISABLED\n';
    const { out, code } = await tiffin(['plan', '-f', '-', '--graph', server.url], { stdin: webhook });
    expect(out).toMatch(/^~ webhook page-us\n {4}status: ACTIVE → DISABLED\n/);
    expect({ code, asked: server.seen.length }).toEqual({ code: 0, asked: 1 });
  });

  it('leaves for later what is about a deployment or a release that it makes', async () => {
    const changes = [
      planned('deployment', 'tiffin:default:deployment:lateness@drill', {}),
      planned('release', 'tiffin:default:release:lateness@live/2', {}),
    ];
    const server = await serve([answer('applyServingDefinitions', changes)]);
    const stdin = [
      'kind: deployment\nendpoint: lateness\nenvironment: drill\n',
      'kind: experiment\nname: here\ndeployment: lateness@drill\n',
      'kind: experiment\nname: there\ndeployment: lateness@live\narms: [{ name: new, release: lateness@live/2 }]\n',
      policy,
    ].join('---\n');
    const { out } = await tiffin(['plan', '-f', '-', '--graph', server.url], { stdin });
    const later = ['experiment here', 'experiment there', 'response-policy page-us'];
    for (const one of later) expect(out).toContain(`? ${one}  builds on what this plan makes`);
    expect(server.seen).toHaveLength(1);
  });
});

describe('wrong usage', () => {
  const folder = temporaryFolder('definitions');
  writeFileSync(join(folder, 'no-plan.json'), '{}');
  it.each([
    [['apply'], /name definitions with -f, or a kept plan/],
    [['apply', join(folder, 'no-plan.json'), '-f', folder], /name definitions with -f, or a kept plan/],
    [['apply', join(folder, 'no-plan.json')], /is no plan: `tiffin plan --out` writes one/],
    [['apply', join(folder, 'gone.json')], /there is no such file/],
    [['plan'], /required option '-f, --file <paths...>' not specified/],
    [['export', '--kind', 'entiti'], /--kind: is entiti\n {2}hint: allowed: entity, source, /],
  ])('%j', async (args, message) => {
    const { code, out, err } = await tiffin([...args, ...NOWHERE]);
    expect(err).toMatch(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});
