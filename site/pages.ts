import { cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { edgeReference, type OpenApi } from './edge-reference.ts';
import { graphReference, homesOf } from './graph-reference.ts';
import { anchorsOf, mapLinks, resolveLink, targetOf } from './links.ts';

/** The pages as the project keeps them. */
export const SOURCES = globSync('{docs/**,examples/*}/*.md').concat('CHANGELOG.md', 'CONTRIBUTING.md').toSorted();
/** They have a word about everything, so that they would come first in each search. */
const NOT_SEARCHED: ReadonlySet<string> = new Set(['CHANGELOG.md', 'docs/conformance.md']);
const SUBGRAPHS = ['feature', 'registry', 'experiment', 'monitoring'];

/** A page as the site has it: its links lead to where the site has their targets. */
function sitePage(source: string): { readonly path: string; readonly text: string } {
  const { path } = targetOf(source);
  const text = mapLinks(readFileSync(source, 'utf8'), (link) => siteLink(source, path, link));
  return { path: `${path}.md`, text };
}

/** The link of a page of the site, for the link of the file that it is made of. */
function siteLink(source: string, page: string, link: string): string {
  const { file, anchor } = resolveLink(source, link);
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (file.startsWith('docs/images/')) return link;
  const target = targetOf(file);
  if (target.kind === 'file') return `/${target.path}`;
  const relative = posix.relative(posix.dirname(page), target.path);
  return `${relative.startsWith('.') ? relative : `./${relative}`}.md${hash}`;
}

/** What is wrong with the links of all pages: files that are not there, or not on the site, and headings that are not. */
export function brokenLinks(): readonly string[] {
  const texts = new Map(SOURCES.map((source) => [source, readFileSync(source, 'utf8')]));
  return SOURCES.flatMap((source) =>
    linksOf(source).flatMap(({ file, anchor }) => {
      const text = texts.get(file);
      if (!isFile(file)) return [`${source}: there is no file ${file}`];
      if (text === undefined && file.endsWith('.md')) return [`${source}: ${file} is not on the site`];
      if (anchor === undefined || text === undefined || anchorsOf(text).has(anchor)) return [];
      return [`${source}: ${file} has no heading #${anchor}`];
    }),
  );
}

function linksOf(source: string): readonly ReturnType<typeof resolveLink>[] {
  const found: ReturnType<typeof resolveLink>[] = [];
  mapLinks(readFileSync(source, 'utf8'), (link) => {
    found.push(resolveLink(source, link));
    return link;
  });
  return found;
}

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

/** The pages that are made of `schema/`, by their paths. */
export function referencePages(): Readonly<Record<string, string>> {
  const sdl = Object.fromEntries(SUBGRAPHS.map((name) => [name, readFileSync(`schema/${name}.graphql`, 'utf8')]));
  const homes = homesOf(sdl);
  return {
    ...Object.fromEntries(
      Object.entries(sdl).map(([name, text]) => [`reference/${name}.md`, graphReference(name, text, homes)]),
    ),
    'reference/edge.md': edgeReference(JSON.parse(readFileSync('schema/edge.openapi.json', 'utf8')) as OpenApi),
  };
}

/** Writes all that VitePress reads into a folder of its own, made anew. */
export function writePages(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const source of SOURCES) {
    const { path, text } = sitePage(source);
    write(path, NOT_SEARCHED.has(source) ? `---\nsearch: false\n---\n\n${text}` : text);
  }
  for (const [path, text] of Object.entries(referencePages())) write(path, text);
  write('index.md', readFileSync('site/index.md', 'utf8'));
  cpSync('docs/images', join(folder, 'images'), { recursive: true });
  for (const { file } of SOURCES.flatMap(linksOf)) {
    if (targetOf(file).kind === 'file' && !file.startsWith('docs/images/')) cpSync(file, join(folder, 'public', file));
  }
}
