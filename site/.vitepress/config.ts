import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'vitepress';
import { slugOf } from '../links.ts';
import { sidebarOver, type Group } from '../navigation.ts';

const groupOf = ({ text, pages }: Group) => ({
  text,
  collapsed: false,
  items: pages.map(([page, title]) => ({ text: title, link: `/${page}` })),
});

export default defineConfig({
  title: 'Tiffin',
  description:
    'One graph to find and trace everything that makes a prediction; one small engine that makes it beside the user.',
  lang: 'en',
  // Nothing is asked for an icon.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  srcDir: '.pages',
  outDir: '../dist/docs',
  cacheDir: '../dist/docs-cache',
  // Any folder, any host: addresses with their ending need no rules of a server.
  cleanUrls: false,
  // What `npm start` serves on this machine, and files that are no pages: `brokenLinks` has looked for these.
  ignoreDeadLinks: [/^https?:\/\/(localhost|127\.0\.0\.1)/, /\.(ipynb|json|ts)$/],
  markdown: {
    anchor: { slugify: slugOf },
    // Else a heading that ends with `{endpoint}` would lose it.
    attrs: { disable: true },
    // Pages hold templates of others, `{{ $labels.x }}`: they are text here, never Vue's.
    config: ({ renderer: { rules } }) => {
      for (const name of ['text', 'code_inline'] as const) {
        const rendered = rules[name];
        if (rendered) rules[name] = (...given) => rendered(...given).replaceAll('{{', '&#123;&#123;');
      }
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: { miniSearch: { searchOptions: { combineWith: 'AND', boost: { title: 8, titles: 3, text: 1 } } } },
    },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/examples' },
      { text: 'Reference', link: '/reference/edge' },
      { text: 'Changes', link: '/changelog' },
    ],
    sidebar: sidebarOver(globSync('docs/*.md').map((file) => basename(file, '.md'))).map(groupOf),
    docFooter: { prev: 'Before', next: 'Next' },
    footer: { message: 'Apache-2.0' },
  },
});
