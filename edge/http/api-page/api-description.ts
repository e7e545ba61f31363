import type { Description } from './description.ts';
import { apiPage } from './render.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

export interface ApiPage {
  readonly html: string;
  /** What the page may do: run its own script, and ask this node. */
  readonly policy: string;
}

/** The routes as a document and as a page; left out where a bundle has to be small. */
export interface ApiDescription {
  readonly document: object;
  readonly page: () => Promise<ApiPage>;
}

/** The page is made when it is first asked for. */
export function apiDescription(document: Description): ApiDescription {
  let page: Promise<ApiPage> | undefined;
  return { document, page: () => (page ??= made(document)) };
}

async function made(document: Description): Promise<ApiPage> {
  const rules = [
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "connect-src 'self'",
    `style-src ${await hashOf(STYLE)}`,
    `script-src ${await hashOf(SCRIPT)}`,
  ];
  return { html: apiPage(document), policy: rules.join('; ') };
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `'sha256-${btoa(String.fromCodePoint(...new Uint8Array(digest)))}'`;
}
