import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { breakingChanges, textBefore, unrecorded } from '../../../gateway/compose/breaking-changes.ts';
import { composeSupergraph } from '../../../gateway/compose/compose.ts';
import { schemaFiles, staleFiles } from '../../../gateway/compose/schema-files.ts';
import { sdls, supergraphSdl } from '../fixture/graph.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
beforeAll(() => {
  folder = temporaryFolder('schema');
});

const built = sdls.map((subgraph) => ({
  ...subgraph,
  mutations: new Map(
    subgraph.name === 'registry' ? [['renameModel', { role: 'developer', scope: 'registry:write' } as const]] : [],
  ),
}));

const changed = (from: string, to: string): string =>
  composeSupergraph(sdls.map(({ name, sdl }) => ({ name, sdl: sdl.replaceAll(from, to) })));

describe('the checked-in schema', () => {
  const files = schemaFiles(built);

  it('is one file per subgraph and the supergraph, each marked as generated, who may call what, and the forms of recipes and definitions', () => {
    expect([...files.keys()]).toEqual([
      'feature.graphql',
      'registry.graphql',
      'monitoring.graphql',
      'supergraph.graphql',
      'mutations.ts',
      'recipe.schema.json',
      'definitions.schema.json',
    ]);
    for (const [name, text] of files) {
      if (name.endsWith('.graphql')) expect(text).toMatch(/^# Generated/);
    }
    expect(files.get('mutations.ts')).toContain(
      "\nexport const MUTATIONS = {\n  renameModel: { role: 'developer', scope: 'registry:write' },\n} as const;\n",
    );
    expect(JSON.parse(files.get('recipe.schema.json') ?? '')).toMatchObject({
      title: 'Recipe',
      properties: { inputs: {}, models: {}, output: {} },
    });
  });

  it('is stale where a file is missing or differs, and fresh where none does', () => {
    expect(staleFiles(folder, files)).toEqual([...files.keys()]);
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    expect(staleFiles(folder, files)).toEqual([]);
    writeFileSync(join(folder, 'registry.graphql'), `${files.get('registry.graphql')}\n`);
    expect(staleFiles(folder, files)).toEqual(['registry.graphql']);
  });
});

describe('a change that clients could trip over', () => {
  it.each([
    ['a field that goes', 'whoAmI: String\n', 'asker: String\n', 'Query.whoAmI was removed.'],
    ['a field of another type', 'sizeMb: Int!', 'sizeMb: Float!', 'Model.sizeMb changed type from Int! to Float!.'],
    [
      'a field that may be null',
      'health: String!',
      'health: String',
      'Model.health changed type from String! to String.',
    ],
    [
      'an argument that must be given',
      'whoAmI: String\n',
      'whoAmI(as: String!): String\n',
      'A required arg as on Query.whoAmI was added.',
    ],
    ['a value that goes', '  DRAFT\n', '', 'DRAFT was removed from enum type Life.'],
  ])('is %s', (_, from, to, sentence) => {
    expect(breakingChanges(supergraphSdl, changed(from, to))).toEqual([sentence]);
  });

  it('is not a field that comes, nor other words', () => {
    expect(breakingChanges(supergraphSdl, changed('whoAmI: String\n', 'whoAmI: String whoElse: String\n'))).toEqual([]);
    expect(breakingChanges(supergraphSdl, changed('A model.', 'One model.'))).toEqual([]);
  });

  it('passes once a decision quotes it', () => {
    const decisions = join(folder, 'decisions');
    mkdirSync(decisions);
    const changes = ['Model.name was removed.', 'Model.id was removed.'];
    expect(unrecorded(changes, decisions)).toEqual(changes);
    writeFileSync(join(decisions, '0009-names.md'), '# 9\n\n- `Model.name was removed.` Nobody read it.\n');
    expect(unrecorded(changes, decisions)).toEqual(['Model.id was removed.']);
  });
});

const write = (text: string): void => writeFileSync('supergraph.graphql', text);
const commit = (): void => {
  execFileSync('git', ['add', '.']);
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'x']);
};

describe('the text before the latest change', () => {
  const before = process.cwd();
  beforeEach(() => {
    process.chdir(mkdtempSync(join(folder, 'git-')));
    return () => process.chdir(before);
  });

  it('is the committed one while the working copy differs, then the one before', () => {
    execFileSync('git', ['init', '-q']);
    write('one');
    expect(textBefore('supergraph.graphql')).toBeUndefined();
    commit();
    expect(textBefore('supergraph.graphql')).toBeUndefined();
    write('two');
    expect(textBefore('supergraph.graphql')).toBe('one');
    commit();
    expect(textBefore('supergraph.graphql')).toBe('one');
    write('three');
    expect(textBefore('supergraph.graphql')).toBe('two');
  });

  it('is unknown without a history', () => {
    write('one');
    expect(textBefore('supergraph.graphql')).toBeUndefined();
  });
});
