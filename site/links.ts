import { posix } from 'node:path';

/** Where a link of a page leads: to a page of the site, or to a file that the site serves as it is. */
export interface Target {
  readonly kind: 'page' | 'file';
  /** Of a page without `.md`; from the root of the site. */
  readonly path: string;
}

/** A file of the project, as the site has it: Markdown is a page, anything else is served as it is. */
export function targetOf(file: string): Target {
  if (!file.endsWith('.md')) return { kind: 'file', path: file };
  const path = file.replace(/^docs\//, '').replace(/\.md$/, '');
  return { kind: 'page', path: path.includes('/') ? path : path.toLowerCase() };
}

/** `[text](target)`, `![text](target)` and `[name]: target`, outside of code. */
const LINK = /(\]\(|^\[[^\]]+\]:\s+)([^)\s]+)/gm;
const CODE = /(^```[\s\S]*?^```|`[^`\n]*`)/gm;

/** Applies a change to each link of a Markdown text that is no address of its own. */
export function mapLinks(markdown: string, change: (target: string) => string): string {
  return markdown
    .split(CODE)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part.replace(LINK, (all, before: string, target: string) =>
            /^[a-z]+:/.test(target) ? all : `${before}${change(target)}`,
          ),
    )
    .join('');
}

/** The file of the project that a link of another file names, and the heading in it. */
export function resolveLink(
  from: string,
  link: string,
): { readonly file: string; readonly anchor: string | undefined } {
  const [path = '', anchor] = link.split('#', 2);
  return { file: path === '' ? from : posix.join(posix.dirname(from), path), anchor };
}

/** The name of a heading in an address, as GitHub makes it: the pages are read there, too. */
export const slugOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

/** The names of all headings of a Markdown text; a heading that occurs again bears a number. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, heading = ''] of markdown.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = slugOf(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', ''));
    let unique = slug;
    for (let n = 1; found.has(unique); n++) unique = `${slug}-${n}`;
    found.add(unique);
  }
  return found;
}
