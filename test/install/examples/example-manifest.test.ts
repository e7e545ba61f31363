import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chosenExamples, findExamples, type Example } from '../../../install/examples/example-manifest.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const parcels = {
  name: 'parcels',
  title: 'parcels, lost or not',
  setup: { script: 'main.ts', arguments: ['first-days'] },
  greeting: { script: 'greeting.ts' },
  commands: 'npm run parcels --',
};

/** A tree with these examples in it, by folder. */
function treeWith(examples: Readonly<Record<string, unknown>>): string {
  const root = temporaryFolder('examples');
  for (const [folder, manifest] of Object.entries(examples)) {
    mkdirSync(join(root, 'examples', folder), { recursive: true });
    writeFileSync(join(root, 'examples', folder, 'example.json'), JSON.stringify(manifest));
  }
  return root;
}
const find = (examples: Readonly<Record<string, unknown>>): readonly Example[] => {
  const root = treeWith(examples);
  return findExamples({ root, built: join(root, 'dist') });
};

it('finds every example by its file, and no other folder', () => {
  const root = treeWith({ parcels, ants: { ...parcels, name: 'ants' } });
  mkdirSync(join(root, 'examples', 'no-manifest'));
  expect(findExamples({ root, built: root }).map(({ name }) => name)).toEqual(['ants', 'parcels']);
});

it('keeps what an example derives in a folder that no other part of the install can have', () => {
  const [example] = find({ parcels });
  expect(example?.dataFolder('/srv/tiffin')).toBe('/srv/tiffin/examples/parcels');
});

it('runs what was built of a script', () => {
  const root = treeWith({ parcels });
  const [example] = findExamples({ root, built: join(root, 'dist') });
  expect(example?.scriptFile(parcels.greeting as any)).toBe(join(root, 'dist/examples/parcels/greeting.js'));
  writeFileSync(join(root, 'examples/parcels/greeting.ts'), '');
  const [asWritten] = findExamples({ root, built: root });
  expect(asWritten?.scriptFile(parcels.greeting as any)).toBe(join(root, 'examples/parcels/greeting.ts'));
});

it('has the page of an example once it is built', () => {
  const root = treeWith({ parcels: { ...parcels, page: 'page' } });
  const built = join(root, 'dist');
  expect(findExamples({ root, built }).map(({ pageFolder }) => pageFolder)).toEqual([null]);
  mkdirSync(join(built, 'examples/parcels/page'), { recursive: true });
  expect(findExamples({ root, built })[0]?.pageFolder).toBe(join(built, 'examples/parcels/page'));
});

it('leaves an example on demand to whoever asks for it by its name, and takes it along once it was begun', () => {
  const dataDir = temporaryFolder('data');
  const examples = find({ parcels, ants: { ...parcels, name: 'ants', onDemand: true } });
  const chosen = (example: string): string[] => chosenExamples(examples, { example, dataDir }).map(({ name }) => name);
  expect(chosen('true')).toEqual(['parcels']);
  expect(chosen('ants')).toEqual(['ants']);
  expect(chosen('false')).toEqual([]);
  mkdirSync(join(dataDir, 'examples', 'ants'), { recursive: true });
  expect(chosen('true')).toEqual(['ants', 'parcels']);
  expect(chosen('false')).toEqual([]);
});

it('names the packages that an example needs and that are not installed', () => {
  const [example] = find({ parcels: { ...parcels, needs: ['pino', 'no-such-package-of-parcels'] } });
  expect(example?.missing).toEqual(['no-such-package-of-parcels']);
});

it.each([
  ['another name than its folder', { ...parcels, name: 'letters' }, /name: must be that of its folder/],
  ['a name with capitals', { ...parcels, name: 'Parcels' }, /name: .*lower-case/],
  ['a field that there is not', { ...parcels, colour: 'red' }, /colour/],
  ['no set-up', { ...parcels, setup: undefined }, /setup/],
])('refuses a manifest with %s, and says which', (_, manifest, message) => {
  expect(() => find({ parcels: manifest })).toThrow(message);
  expect(() => find({ parcels: manifest })).toThrow(/examples\/parcels\/example\.json can't be used/);
});
