import { globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SUBGRAPHS } from '../schema/nouns.ts';

/**
 * Which layer may import which, besides itself. `npm` and `node` stand for packages and node: modules, `laws` for what
 * registry and edge both obey; first match wins.
 */
const MAY_IMPORT: Record<string, string> = {
  'core/assignment': '',
  'core/codec': '',
  'core/windows': 'core',
  'core/online': 'core',
  'core/sketch': 'core',
  'core/promql': '',
  'core/tensor': 'core schema',
  'core/tabular': 'core core/tensor',
  'core/traffic': 'core schema',
  'core/recipe': 'core schema core/tensor',
  'core/reasons': 'core schema core/tensor core/tabular core/recipe',
  core: '',
  schema: 'core npm:zod',
  'subgraphs/shared': 'npm node core schema',
  'subgraphs/*/domain': 'core laws schema npm:zod',
  'subgraphs/*/storage': 'npm node core laws schema subgraphs/shared subgraphs/*/domain',
  // What runs in a thread of its own: models, and long work.
  'subgraphs/*/runtime': 'npm node core laws schema subgraphs/shared subgraphs/*/domain',
  'subgraphs/*/operations':
    'npm node core laws schema subgraphs/shared subgraphs/*/domain subgraphs/*/storage subgraphs/*/runtime',
  'subgraphs/*/graphql': 'npm core laws schema subgraphs/shared subgraphs/*/domain subgraphs/*/operations subgraphs/*',
  'subgraphs/*/http': 'npm core laws schema subgraphs/shared subgraphs/*/domain subgraphs/*/operations subgraphs/*',
  'subgraphs/*/jobs':
    'npm node core laws schema subgraphs/shared subgraphs/*/domain subgraphs/*/storage subgraphs/*/operations subgraphs/*',
  'subgraphs/*':
    'npm node core laws schema subgraphs/shared subgraphs/*/domain subgraphs/*/storage subgraphs/*/runtime subgraphs/*/operations subgraphs/*/graphql subgraphs/*/http subgraphs/*/jobs',
  gateway: 'npm node core schema subgraphs/shared',
  // What one machine needs; no row names it, so that only the root's main.ts and tests import it.
  install: 'npm node core schema subgraphs/shared',
  'edge/adapters': 'npm node core laws schema edge',
  edge: 'npm core laws schema',
  // Published for apps: the client stands alone, and only the worker brings the edge along.
  packages: 'npm node core schema edge edge/adapters',
  'client/generate': 'npm node',
  // For servers, workers and browsers alike: Web standards alone.
  client: 'core schema npm:zod',
  // Web pages of examples: what any app could be made of.
  'examples/*/page': 'npm node packages',
  examples: 'npm node core schema client',
  cli: 'npm node core schema client',
  console: 'npm core schema client',
};

/** Which room of the edge may import which, lowest first. `app.ts` puts the rooms together, and adapters stand on them all. */
const EDGE_ROOMS: Record<string, string> = {
  time: '',
  'control-plane': '',
  engines: '',
  recipe: 'engines features time',
  features: 'control-plane recipe time',
  telemetry: 'control-plane features recipe',
  shadow: 'engines recipe serving telemetry',
  detectors: 'recipe telemetry',
  serving: 'control-plane detectors engines features recipe shadow telemetry',
  delivery: 'control-plane engines features recipe serving telemetry time',
  http: 'engines recipe serving telemetry',
  node: 'control-plane delivery detectors engines features http serving shadow telemetry time',
};

/** Packages that pure code may use: data and mathematics, nothing that knows a platform. */
const PURE_PACKAGES: Record<string, readonly string[]> = {
  'core/statistics': ['@stdlib/'],
  'core/expression': ['@marcbachmann/cel-js'],
  'core/promql': ['@lezer/common', '@prometheus-io/lezer-promql'],
};

/** Rooms of core that stand under one name above. */
const ROOMS: Record<string, readonly string[]> = {
  core: ['core', 'core/assignment', 'core/codec', 'core/windows', 'core/online', 'core/sketch', 'core/promql'],
  laws: ['core/reasons', 'core/recipe', 'core/tabular', 'core/tensor', 'core/traffic'],
};

const TOP = [
  'core',
  'schema',
  'subgraphs',
  'gateway',
  'install',
  'edge',
  'client',
  'examples',
  'cli',
  'console',
  'packages',
];
const files = globSync(TOP.map((top) => `${top}/**/*.{ts,tsx}`)).filter((file) => !file.endsWith('.d.ts'));

const patternOf = (glob: string): RegExp => new RegExp(`^${glob.replace('*', '[^/]+')}/`);
const layerOf = (file: string): string | undefined =>
  Object.keys(MAY_IMPORT).find((glob) => patternOf(glob).test(file));

/** The subgraph a file belongs to, if any: no subgraph reads another one's code. */
function subgraphOf(file: string): string | undefined {
  const name = /^subgraphs\/([^/]+)\//.exec(file)?.[1];
  return name === 'shared' ? undefined : name;
}

/** The folder of the edge that a file lies in; adapters and `app.ts` are in none. */
function edgeRoomOf(file: string): string | undefined {
  const room = /^edge\/([^/]+)\//.exec(file)?.[1];
  return room === 'adapters' ? undefined : room;
}

const importsOf = (file: string): string[] => targetsIn(file, readFileSync(file, 'utf8'));

/** What a file imports when it runs: types are gone by then. */
const loadedBy = (file: string): string[] =>
  files.includes(file) ? targetsIn(file, readFileSync(file, 'utf8').replaceAll(/\bimport type [^;]*;/g, '')) : [];

function targetsIn(file: string, text: string): string[] {
  const found = text.matchAll(/\b(?<!['"])(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g);
  return [...found].map(([, to = '']) => (to.startsWith('.') ? join(dirname(file), to) : to));
}

function mayImportPackage(file: string, allowed: readonly string[], target: string): boolean {
  if (allowed.includes('npm')) return true;
  const pure = Object.entries(PURE_PACKAGES).find(([folder]) => file.startsWith(`${folder}/`))?.[1] ?? [];
  return [...allowed.filter((to) => to.startsWith('npm:')).map((to) => to.slice(4)), ...pure].some((name) =>
    target.startsWith(name),
  );
}

// Decision 45: the edge's Node adapter and the subgraphs share no room, and this file is small.
it('has two copies of the file of log lines, equal to the byte', () => {
  const [edge, subgraphs] = ['edge/adapters/node/log-file.ts', 'subgraphs/shared/log-file.ts'].map((file) =>
    readFileSync(file, 'utf8'),
  );
  expect(edge).toBe(subgraphs);
});

describe('the import law', () => {
  it('looks at the real tree', () => expect(files.length).toBeGreaterThan(8));

  it.each(files)('%s', (file) => {
    const layer = layerOf(file);
    if (!layer) throw new Error('belongs to no layer: add its folder to MAY_IMPORT');
    const allowed = MAY_IMPORT[layer]!.split(' ').flatMap((to) => ROOMS[to] ?? to);
    for (const target of importsOf(file)) {
      const to = layerOf(target) ?? (target.startsWith('node:') ? 'node' : 'npm');
      if (to === 'npm') {
        expect(mayImportPackage(file, allowed, target), `${layer} must not import the package ${target}`).toBe(true);
        continue;
      }
      expect([layer, ...allowed], `${layer} must not import ${target}`).toContain(to);
      const theirs = subgraphOf(target);
      if (theirs) expect(subgraphOf(file), `one subgraph reads another: ${target}`).toBe(theirs);
    }
  });

  it.each(files.filter((file) => edgeRoomOf(file) !== undefined))('%s keeps to the rooms of the edge', (file) => {
    const room = edgeRoomOf(file) ?? '';
    if (EDGE_ROOMS[room] === undefined) throw new Error('is in no room of the edge: add its folder to EDGE_ROOMS');
    const others = importsOf(file).flatMap((target) => edgeRoomOf(target) ?? []);
    expect([room, ...EDGE_ROOMS[room].split(' ')]).toEqual(expect.arrayContaining(others));
  });

  const examples = globSync('examples/*/example.json').map((file) => basename(dirname(file)));

  it('looks at real examples', () => expect(examples.length).toBeGreaterThan(0));

  it.each(examples)('no product code names the example %s', (name) => {
    const product = ['main.ts', ...files.filter((file) => /^(install|gateway|subgraphs)\//.test(file))];
    // `fraud@3` in a description is a version of some model.
    const word = new RegExp(`\\b${name}\\b(?!@)`, 'i');
    expect(product.filter((file) => word.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it.each(SUBGRAPHS)('%s has nothing but main.ts and config.ts at its root', (name) => {
    const atRoot = readdirSync(`subgraphs/${name}`, { withFileTypes: true }).filter((entry) => entry.isFile());
    expect(['README.md', 'config.ts', 'main.ts']).toEqual(expect.arrayContaining(atRoot.map((entry) => entry.name)));
  });

  it.each(files.filter((file) => !file.endsWith('main.ts') && !file.startsWith('edge/adapters')))(
    '%s leaves the environment to main.ts',
    (file) => expect(readFileSync(file, 'utf8')).not.toMatch(/process\.env/),
  );

  it('the edge never loads the CEL library, however far its imports lead: a node only evaluates', () => {
    const reached = new Set(files.filter((file) => file.startsWith('edge/')));
    for (const file of reached) for (const target of loadedBy(file)) reached.add(target);
    expect(reached).toContain('core/expression/evaluate.ts');
    expect([...reached].filter((target) => target.startsWith('@marcbachmann/cel-js'))).toEqual([]);
    expect(reached).not.toContain('core/expression/compile.ts');
    // Distributions are 20 KB of every bundle, and no bundler sees which of them nobody calls.
    expect([...reached].filter((target) => target.startsWith('@stdlib/'))).toEqual([]);
  });
});

describe('the hooks of tests', () => {
  const HOOK = /^( +)(?:beforeAll|beforeEach|afterEach|afterAll)\(/;
  /** The line that opens what a line stands in. */
  const around = (lines: readonly string[], at: number, indent: number): string =>
    lines.slice(0, at).findLast((line) => line.trim() !== '' && line.search(/\S/) < indent) ?? '';
  // Packages of others lie in folders of the interop suite.
  const tests = globSync('test/**/*.ts', { exclude: (path) => path.includes('node_modules') });

  // Called in a test or in another hook, one does nothing, and does not say so: what it should end goes on.
  it('stand in files and in `describe` alone', () => {
    expect(tests.length).toBeGreaterThan(250);
    const late = tests.flatMap((file) => {
      const lines = readFileSync(file, 'utf8').split('\n');
      return lines.flatMap((line, at) => {
        const indent = HOOK.exec(line)?.[1]?.length;
        if (indent === undefined || /\bdescribe\b|^ +constructor\(/.test(around(lines, at, indent))) return [];
        return [`${file}:${at + 1}: ${line.trim()}`];
      });
    });
    expect(late, 'use atEnd of test/support/at-end.ts').toEqual([]);
  });
});
