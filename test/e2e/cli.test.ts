import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInstall, type Install } from '../support/install.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { eventually } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The published package, installed in an empty folder: nothing of this tree is near it. */
const folder = temporaryFolder('cli-package');
let install: Install;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const tiffin = (args: readonly string[], user = 'developer', node = process.execPath): Promise<Ran> =>
  new Promise((resolve) => {
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      TIFFIN_GRAPH_URL: install.graphUrl,
      TIFFIN_EDGE_URL: install.edgeUrl,
      TIFFIN_KEY: 'tiffin-dev',
      TIFFIN_USER: user,
    };
    execFile(
      node,
      [join(folder, 'node_modules/tiffin-cli/tiffin.mjs'), ...args],
      { env, cwd: folder },
      (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });

/** What a command prints as JSON; it has to succeed. */
async function json(args: readonly string[], user?: string): Promise<any> {
  const { code, out, err } = await tiffin([...args, '-o', 'json'], user);
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

beforeAll(async () => {
  const npm = (args: readonly string[], cwd: string): string => {
    // npm would keep compiled code in the folder for temporary files.
    const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd, env, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    return stdout;
  };
  const bundled = spawnSync(process.execPath, ['dist/cli/bundle.js'], { encoding: 'utf8' });
  expect(bundled.status, bundled.stderr).toBe(0);
  process.stdout.write(bundled.stdout);
  const packed = npm(['pack', '--silent', '--pack-destination', folder], 'dist/tiffin-cli').trim();
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  npm(['install', '--offline', '--no-audit', '--no-fund', `./${packed}`], folder);
  install = await startInstall({ env: { TIFFIN_SOURCE_DIRS: folder } });
}, 120_000);
afterAll(() => install?.stop());

const model = logisticModel({ features: 2, weights: [-2, 3], bias: 0.5 });

/** Files as a pipeline has them in its checkout. */
function writeFiles(): { onnx: string; golden: string; evaluation: string; recipe: (version: string) => string } {
  const at = join(folder, 'checkout');
  mkdirSync(at);
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(at, name), content);
    return join(at, name);
  };
  const golden = model.golden.map(({ inputs, outputs }) => ({
    inputs: [{ name: 'features', dtype: 'float32', shape: [1, 2], data: inputs.features }],
    outputs: [{ name: 'score', dtype: 'float32', shape: [1, 1], data: outputs.score }],
  }));
  return {
    onnx: file('model.onnx', model.bytes),
    golden: file('golden.json', JSON.stringify(golden)),
    evaluation: file('evaluation.json', JSON.stringify({ rows: 8 })),
    recipe: (version) =>
      file(
        'recipe.yaml',
        `inputs:
  - { name: distance, dtype: FLOAT64 }
  - { name: delay, dtype: FLOAT64 }
models:
  - version: ${version}
    inputs: [{ tensor: features, columns: [distance, delay] }]
    score: { tensor: score }
output:
  decision: { threshold: 0.5, above: LATE, below: ON_TIME }
`,
      ),
  };
}

describe('a pipeline', () => {
  it('registers, validates, waits for another person, releases, promotes and asks, by the command alone', async () => {
    const files = writeFiles();
    const more = [
      '--golden',
      files.golden,
      '--evaluation',
      files.evaluation,
      '--tag',
      'ci',
      '--commit',
      'a'.repeat(40),
    ];
    const { id: version, state } = await json(['model', 'register', 'lateness', files.onnx, ...more]);
    expect(state).toBe('DRAFT');
    expect((await json(['version', 'submit', version, '--reason', 'green'])).modelVersion.state).toBe('SUBMITTED');
    const { gates } = await json(['version', 'validate', version]);
    expect(gates.map(({ passed }: any) => passed)).not.toContain(false);

    const own = await tiffin(['version', 'approve', version], 'developer');
    expect(own).toMatchObject({ code: 3, out: '', err: expect.stringContaining('rule G2') });
    expect((await json(['version', 'approve', version], 'approver')).modelVersion.state).toBe('APPROVED');

    await json(['endpoint', 'create', 'lateness']);
    const deployment = await json(['deployment', 'create', 'lateness', 'production']);
    const release = await json(['release', 'create', deployment.id, files.recipe(version)]);
    expect(release.approvalState).toBe('WAITING');
    const early = await tiffin([
      'release',
      'promote',
      release.id,
      '--deployment',
      deployment.id,
      '--reason',
      'go',
      '-y',
    ]);
    expect(early.code).not.toBe(0);
    await json(['release', 'approve', release.id, '--reason', 'read it'], 'approver');
    const promoted = await json(
      `release promote ${release.id} --deployment ${deployment.id} --reason go --yes`.split(' '),
    );
    expect(promoted.applied).toBe(true);

    await eventually(async () => {
      const answer = await json(['predict', 'lateness', '-i', 'distance=0.5', '-i', 'delay=1']);
      expect(answer.score).toBeCloseTo(1 / (1 + Math.exp(-(0.5 - 1 + 3))), 5);
      expect(answer.decision).toBe('LATE');
    });
    await eventually(async () => {
      const found = await tiffin(['lineage', deployment.id], 'viewer');
      expect(found.out).toMatch(/^DEPLOYMENT lateness@production\n[^]*MODEL_VERSION lateness@1/);
    });
    expect((await tiffin(['status', '--check'], 'viewer')).code).toBe(0);
    await json(['deployment', 'kill', deployment.id, '--reason', 'a drill', '--yes']);
    const after = await tiffin(['status', '--check'], 'viewer');
    expect(after.code).toBe(7);
    expect(after.err).toContain('lateness@production is killed');
  }, 120_000);

  it('lists page by page, finds, checks the record, and ends well in a pipe that is closed', async () => {
    expect(await json(['model', 'list', '--json', 'name'], 'viewer')).toEqual([{ name: 'lateness' }]);
    expect(await json(['shadow', 'list'], 'viewer')).toEqual([]);
    const records = (await tiffin(['audit', 'list', '--all', '-o', 'jsonl'], 'viewer')).out.trim().split('\n');
    expect(records.map((line) => JSON.parse(line).action)).toContain('model-version.approve.refused');
    const some = await tiffin(['audit', 'list', '--limit', '2', '-o', 'name'], 'viewer');
    expect(some.err).toContain('there are more: --limit 4, or --all');
    expect((await tiffin(['audit', 'verify'], 'viewer')).code).toBe(0);
    await eventually(async () =>
      expect((await json(['search', 'lateness', '--kind', 'model'], 'viewer'))[0].id).toBe(
        'tiffin:default:model:lateness',
      ),
    );
    const models = await json(['search', '--kind', 'model', '--issue', 'unowned', '--facets'], 'viewer');
    expect(models).toContainEqual({ field: 'KIND', value: 'MODEL', count: expect.any(Number) });
    const impact = await tiffin(['impact', 'model:lateness', '-o', 'json'], 'viewer');
    expect(JSON.parse(impact.out).kinds).toContainEqual({ kind: 'MODEL_VERSION', count: expect.any(Number) });
    expect(impact.err).toMatch(/\d+ in all/);
    const gone = await tiffin(['version', 'show', 'lateness@9'], 'viewer');
    expect(gone).toMatchObject({ code: 4, err: expect.stringContaining('there is no version lateness@9') });
    const command = `"${process.execPath}" node_modules/tiffin-cli/tiffin.mjs audit list --all -o json | head -c 10`;
    const env = { PATH: process.env['PATH'], TIFFIN_GRAPH_URL: install.graphUrl, TIFFIN_USER: 'viewer' };
    const piped = spawnSync('sh', ['-c', command], { cwd: folder, env, encoding: 'utf8' });
    expect(piped.stderr).toBe('');
    expect((await tiffin(['doctor'], 'viewer')).code).toBe(0);
  }, 60_000);

  it('writes what stands as files, plans changes of them, and applies a plan once', async () => {
    const all = join(folder, 'all.yaml');
    const write = (text: string): void => writeFileSync(all, text);
    write((await tiffin(['export'])).out);
    const same = await tiffin(['plan', '-f', all, '--check']);
    expect(same).toMatchObject({ code: 0, out: '0 to create, 0 to change, 3 as it stands\n' });

    const { out: exported } = await tiffin(['export', '--kind', 'endpoint,recipe']);
    const entity = (about: string) =>
      `---\nkind: entity\nname: route\njoinKeys: [{ name: route, dtype: STRING }]\n${about}`;
    const faster = exported.replace(/totalMs: \d+/, 'totalMs: 77');
    write(`${faster}${entity('')}`);
    const plan = join(folder, 'plan.json');
    const planned = await tiffin(['plan', '-f', all, '--out', plan, '--check']);
    expect(planned).toMatchObject({ code: 7, err: expect.stringContaining(`the plan is in ${plan}`) });
    expect(planned.out).toMatch(
      /^\+ entity route\n~ release lateness@production\/1 → lateness@production\/2\n {4}recipe\.budgets\.totalMs: \d+ → 77\n/,
    );
    expect((await tiffin(['apply', plan])).err).toMatch(/nobody can be asked here\n {2}hint: say --yes/);
    const applied = await tiffin(['apply', plan, '--yes']);
    expect(applied).toMatchObject({ code: 0, err: expect.stringContaining('applied: lateness@production/2\n') });
    expect((await tiffin(['plan', '-f', all, '--check'])).code).toBe(0);

    write(entity('description: a way\n'));
    expect((await tiffin(['plan', '-f', all, '--out', plan])).code).toBe(0);
    write(entity('description: another way\n'));
    expect((await tiffin(['apply', '-f', all, '--yes'])).code).toBe(0);
    const late = await tiffin(['apply', plan, '--yes']);
    expect(late).toMatchObject({ code: 5, err: expect.stringContaining('has changed since; plan again') });

    const staged = `---\nkind: deployment\nendpoint: lateness\nenvironment: drill\n`;
    const rule = `---\nkind: alert-rule\nname: quiet\ndeployment: lateness@drill\nsignal: ANSWER_RATE\ncomparison: BELOW\nthreshold: 5\nwindowSeconds: 300\n`;
    const metric = `---\nkind: metric\nname: brier\ndefinition:\n  kind: MEAN\n  measure: SQUARED_ERROR\n  higherIsBetter: false\n  marginKind: ABSOLUTE\n`;
    write(`${staged}${metric}${rule}`);
    const waits = await tiffin(['plan', '-f', all]);
    expect(waits.out).toContain('? alert-rule quiet  builds on what this plan makes: checked when it is applied\n');
    const whole = await tiffin(['apply', '-f', all, '--yes']);
    expect(whole).toMatchObject({
      code: 0,
      err: expect.stringContaining('applied: lateness@drill\napplied: brier\napplied: quiet\n'),
    });
    const written = await tiffin(['export', '--kind', 'alert-rule,metric']);
    expect(`---\n${written.out}`).toBe(`${metric}${rule}`);
    expect(await tiffin(['diff', '-f', all])).toMatchObject({
      code: 0,
      out: '0 to create, 0 to change, 3 as it stands\n',
    });
    write(`${staged}${metric.replace('false', 'true')}${rule}`);
    expect(await tiffin(['diff', '-f', all])).toMatchObject({
      code: 7,
      out: expect.stringMatching(/^~ metric brier\n {4}definition\.higherIsBetter: no → yes\n/),
    });

    write(entity('labels: none\n'));
    const wrong = await tiffin(['plan', '-f', all]);
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toMatch(
      /^tiffin: \S*all\.yaml:5:9: labels: is no field of this definition.*\n {2}hint: a file for another version of Tiffin\? `tiffin export`/,
    );
    writeFileSync(plan, readFileSync(plan, 'utf8').replace('tiffin-plan/1', 'tiffin-plan/0'));
    expect(await tiffin(['apply', plan, '--yes'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('format: is tiffin-plan/0, of another version of tiffin'),
    });
  }, 60_000);

  it('keeps holdouts in files, with the metrics of events by which they are compared', async () => {
    const file = join(folder, 'holdout.yaml');
    const metric = `kind: metric\nname: spend\ndefinition:\n  kind: MEAN\n  measure: EVENT\n  event: order\n  higherIsBetter: true\n  marginKind: ABSOLUTE\n  minimumEffect: 0.5\n`;
    const holdout = `kind: holdout\nname: year\nunit: user_id\nnamespace:\n  name: shop\n  from: 0\n  to: 0.05\nentry: visit\nmetrics:\n  - metric: spend\n    revision: 1\n`;
    writeFileSync(file, `${holdout}---\n${metric}`);
    const planned = await tiffin(['plan', '-f', file]);
    expect(planned.out).toBe('+ metric spend\n+ holdout year\n2 to create, 0 to change, 0 as it stands\n');
    expect((await tiffin(['apply', '-f', file, '--yes'])).code).toBe(0);
    expect((await tiffin(['diff', '-f', file])).code).toBe(0);
    expect((await tiffin(['export', '--kind', 'holdout'])).out).toBe(holdout);
    expect((await tiffin(['export', '--kind', 'metric'])).out).toContain(metric.trimEnd());
    writeFileSync(file, holdout.replace('0.05', '0.1'));
    expect(await tiffin(['plan', '-f', file])).toMatchObject({
      code: 5,
      err: expect.stringMatching(/holdout\.yaml:\d+:\d+: namespace: files change description and metrics/),
    });
    expect((await tiffin(['holdout', 'list'])).out).toMatch(/^year +active +shop/im);
    expect((await tiffin(['holdout', 'end', 'year', '--reason', 'the year is over', '--yes'])).code).toBe(0);
    expect((await tiffin(['holdout', 'show', 'year'])).out).toContain('the year is over');
    expect((await tiffin(['export', '--kind', 'holdout'])).out.trim()).toBe('');
  }, 60_000);

  it('keeps webhooks and feature snapshots in files, and prints no secret but where one is asked for', async () => {
    const [file, url] = [join(folder, 'webhook.yaml'), 'https://hooks.example.org/tiffin'];
    const webhook = `kind: webhook\nurl: ${url}\nkinds:\n  - DEPLOYMENT\nstatus: ACTIVE\n`;
    const snapshot = `kind: feature-snapshot\ndeployment: lateness@production\nname: default\nentities:\n  - airport: SEA\neverySeconds: 300\n`;
    writeFileSync(file, webhook);
    expect(await tiffin(['plan', '-f', file])).toMatchObject({
      code: 3,
      err: expect.stringMatching(/webhook\.yaml:1:1: .*takes role admin or scope registry:webhooks/),
    });
    writeFileSync(file, `${snapshot}---\n${webhook}`);
    const applied = await tiffin(['apply', '-f', file, '--yes'], 'admin');
    expect(applied).toMatchObject({ code: 0, err: expect.stringContaining('applied: lateness@production/default\n') });
    expect(applied.out + applied.err).not.toContain('whsec_');
    const exported = await tiffin(['export', '--kind', 'webhook,feature-snapshot'], 'admin');
    expect(exported.out).toBe(`${snapshot}---\n${webhook}`);
    expect((await tiffin(['diff', '-f', file], 'admin')).code).toBe(0);
    expect(await tiffin(['export', '--kind', 'webhook'])).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringContaining('left out, since you may not read it: webhook'),
    });
    const [{ id }] = await json(['webhook', 'list'], 'admin');
    const rotated = await json(['webhook', 'rotate-secret', id, '--overlap-hours', '0'], 'admin');
    expect(rotated).toMatchObject({ webhook: { id, url }, secret: expect.stringMatching(/^whsec_/) });
    const hours = await tiffin(['webhook', 'rotate-secret', id, '--overlap-hours', 'a'], 'admin');
    expect(hours).toMatchObject({
      code: 2,
      err: expect.stringContaining('--overlap-hours: is a, and must be a number'),
    });
  }, 60_000);

  it('writes the types of an endpoint, and says when a file of them is stale', async () => {
    const file = join(folder, 'endpoints.ts');
    const asked = ['typegen', '--endpoint', 'lateness'];
    writeFileSync(file, (await tiffin(asked)).out.replaceAll(';', ''));
    expect(await tiffin([...asked, '--check', file])).toMatchObject({ code: 0, out: '' });
    writeFileSync(file, readFileSync(file, 'utf8').replace('delay: number', 'late: number'));
    const stale = await tiffin([...asked, '--check', file]);
    expect(stale).toMatchObject({ code: 7, out: '' });
    expect(stale.err).toMatch(
      /endpoints\.ts has other types than the live releases[^]*hint: `tiffin typegen --endpoint lateness > /,
    );
    expect((await tiffin([...asked, '--check', join(folder, 'none.ts')])).code).toBe(2);
  }, 60_000);

  it('names the live releases that read a feature before it is changed or taken away', async () => {
    writeFileSync(join(folder, 'late.csv'), 'carrier,at,share,flights\nAI,2026-01-01T00:00:00Z,0.25,40\n');
    const file = join(folder, 'late.yaml');
    const view = (features: string) => `kind: entity
name: carrier
joinKeys: [{ name: carrier, dtype: STRING }]
---
kind: source
name: late
path: late.csv
eventColumn: at
---
kind: feature-view
name: late
entity: carrier
source: late
ttlSeconds: 0
features: [${features}]
`;
    const both = view('{ name: share }, { name: flights }');
    const service = '---\nkind: feature-service\nname: late\nviews: [{ view: late }]\n';
    writeFileSync(file, both + service);
    expect((await tiffin(['apply', '-f', file, '--yes'])).code).toBe(0);
    const deployment = await json(['deployment', 'create', 'lateness', 'features']);
    const release = async (number: number) => {
      const recipe = join(folder, 'features.yaml');
      writeFileSync(
        recipe,
        `inputs: [{ name: carrier, dtype: STRING }, { name: delay, dtype: FLOAT64 }]
entities: [{ joinKey: carrier, input: carrier }]
features: { service: tiffin:default:feature-service:late@1, defaults: { late__share: 0.${number} } }
models:
  - version: tiffin:default:model-version:lateness@1
    inputs: [{ tensor: features, columns: [delay, late__share] }]
    score: { tensor: score }
output: { decision: { threshold: 0.5, above: LATE, below: ON_TIME } }
`,
      );
      const { id } = await json(['release', 'create', deployment.id, recipe]);
      return id as string;
    };
    const [live] = [await release(1), await release(2)];
    await json(['release', 'promote', live, '--deployment', deployment.id, '--reason', 'go', '--yes']);

    const taken = view('{ name: flights }') + service;
    writeFileSync(file, taken);
    await eventually(async () => {
      const planned = await tiffin(['plan', '-f', file]);
      expect(planned.out).toMatch(
        /^~ feature-view late@1 → late@2\n[^~]* {4}live releases that read it: lateness@features\/1\n {4}stay with late@1: deployment lateness@features, release lateness@features\/1, release lateness@features\/2, /,
      );
    });
    await json(['release', 'promote', await release(3), '--deployment', deployment.id, '--reason', 'on', '--yes']);
    await eventually(async () =>
      expect((await tiffin(['plan', '-f', file])).out).toContain('live releases that read it: lateness@features/3\n'),
    );
    // A change that leaves the definition in place names them as well.
    writeFileSync(file, both.replace('ttlSeconds: 0', 'ttlSeconds: 0\nowner: delays') + service);
    expect((await tiffin(['plan', '-f', file])).out).toContain('live releases that read it: lateness@features/3\n');
    writeFileSync(file, both + service);
    expect((await tiffin(['plan', '-f', file])).out).not.toContain('live releases');
  }, 120_000);

  it('writes the dossier of a version as a page, and says which control answers a regulator', async () => {
    const [version] = (await json(['version', 'list', '--limit', '1'], 'viewer')) as { id: string }[];
    const page = join(folder, 'dossier.html');
    const written = await tiffin(['dossier', version!.id, page], 'viewer');
    expect(written).toMatchObject({ code: 0, out: '', err: expect.stringContaining(page) });
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[^]*The audit trail and its proof/);
    expect((await tiffin(['dossier', version!.id], 'viewer')).out).toMatch(/^<!doctype html>/);
    const rbi = await json(['policy', 'show', 'RBI'], 'viewer');
    expect(rbi.clauses).toContainEqual(expect.objectContaining({ name: 'committee', answer: 'ANSWERED' }));
    expect((await tiffin(['policy', 'import', 'RBI', '--reason', 'mine', '--yes'], 'developer')).code).toBe(3);
    const done = await json(['policy', 'import', 'RBI', '--reason', 'board', '--yes'], 'admin');
    expect(done.policyPreset.imported).toMatchObject({ by: 'user:admin', reason: 'board' });
  });
});
