import { globSync, readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { anchorsOf, mapLinks, resolveLink, targetOf } from '../../site/links.ts';
import { REFERENCE, sidebarOver } from '../../site/navigation.ts';
import { brokenLinks, referencePages, SOURCES } from '../../site/pages.ts';

/** Without VitePress: `npm run docs` builds the site itself. */
describe('the site of the pages', () => {
  it('leads to each page once, by what a person wants to do', () => {
    const there = globSync('docs/*.md').map((file) => file.replace('docs/', '').replace('.md', ''));
    const shown = sidebarOver([...there, 'a-new-one']).flatMap(({ pages }) => pages.map(([page]) => page));
    const reference = REFERENCE.pages.map(([page]) => page);
    expect(shown.toSorted()).toEqual([...there, 'a-new-one', 'decisions/README', ...reference].toSorted());
    expect(sidebarOver([...there, 'a-new-one']).find(({ text }) => text === 'More')?.pages).toContainEqual([
      'a-new-one',
      'a-new-one',
    ]);
  });

  it('has no link that leads nowhere, to a file or to a heading', () => {
    expect(SOURCES.length).toBeGreaterThan(100);
    expect(brokenLinks()).toEqual([]);
  });

  it('has a reference of each query, mutation, subscription and type of the graph', () => {
    const pages = referencePages();
    for (const name of ['feature', 'registry', 'experiment', 'monitoring']) {
      const anchors = anchorsOf(pages[`reference/${name}.md`]!);
      const { definitions } = parse(readFileSync(`schema/${name}.graphql`, 'utf8'));
      const wanted = definitions.flatMap((node) => {
        if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
        if (!['Query', 'Mutation', 'Subscription'].includes(node.name.value)) return [];
        return (node.fields ?? []).map((field) => field.name.value);
      });
      expect(wanted.length).toBeGreaterThan(10);
      expect(
        wanted.filter((field) => !field.startsWith('_') && !anchors.has(field.toLowerCase())),
        name,
      ).toEqual([]);
    }
  });

  it('keeps a type and a query of one name apart', () => {
    const page = referencePages()['reference/registry.md']!;
    expect([...anchorsOf(page)].filter((anchor) => /-\d+$/.test(anchor))).toEqual([]);
    expect(page).toContain('Answers [`Endpoint`](#type-endpoint).');
    expect(page).toContain('Answers [`EndpointConnection`](#type-endpoint).');
  });

  it('has a reference of each route of the edge', () => {
    const page = referencePages()['reference/edge.md']!;
    const { paths } = JSON.parse(readFileSync('schema/edge.openapi.json', 'utf8'));
    const routes = Object.entries<object>(paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((key) => ['get', 'post', 'put', 'delete'].includes(key))
        .map((method) => `## ${method.toUpperCase()} ${path}\n`),
    );
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter((route) => !page.includes(route))).toEqual([]);
  });

  it('links each type in a reference to a heading that is there', () => {
    const pages = referencePages();
    expect(Object.keys(pages).toSorted()).toEqual(REFERENCE.pages.map(([page]) => `${page}.md`).toSorted());
    const broken: string[] = [];
    for (const [path, text] of Object.entries(pages)) {
      mapLinks(text, (link) => {
        const { file, anchor } = resolveLink(path, link);
        const target = pages[file] ?? readFileSync(file.replace(/^/, 'docs/'), 'utf8');
        if (anchor !== undefined && !anchorsOf(target).has(anchor)) broken.push(`${path}: ${link}`);
        return link;
      });
    }
    expect(broken).toEqual([]);
  });
});

describe('links', () => {
  it('are changed outside of code alone', () => {
    const text = '[a](b.md) `[c](d.md)`\n\n```md\n[e](f.md)\n```\n\n[g]: h.md\n![i](j.png) [k](https://l.example)\n';
    const seen: string[] = [];
    mapLinks(text, (link) => {
      seen.push(link);
      return link;
    });
    expect(seen).toEqual(['b.md', 'h.md', 'j.png']);
  });

  it('resolve from the file that they stand in', () => {
    expect(resolveLink('docs/decisions/0001.md', '../edge.md#keys')).toEqual({ file: 'docs/edge.md', anchor: 'keys' });
    expect(resolveLink('docs/edge.md', '#keys')).toEqual({ file: 'docs/edge.md', anchor: 'keys' });
    expect(targetOf('docs/decisions/README.md')).toEqual({ kind: 'page', path: 'decisions/README' });
    expect(targetOf('schema/edge.openapi.json')).toEqual({ kind: 'file', path: 'schema/edge.openapi.json' });
  });

  it('name headings as GitHub does, a second one of the same words by a number', () => {
    const text = "# What's `this`?\n\n## From Kafka\n\n```sh\n# no heading\n```\n\n## From Kafka\n";
    expect([...anchorsOf(text)]).toEqual(['whats-this', 'from-kafka', 'from-kafka-1']);
  });
});
