import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';

/** Scripts, styles, pictures and calls of this origin, and no text that becomes a script. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Vite names them by what is in them: another content has another address. */
const HASHED = 'assets/';
const FOR_EVER = 'public, max-age=31536000, immutable';
const INDEX = 'index.html';
const NOT_BUILT =
  '<!doctype html><title>Tiffin</title><p>The console is not built: <code>npm run build</code> builds it.';

interface ConsoleFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the page knows before it has asked anything. */
export interface PageFacts {
  readonly mode: 'dev' | 'production';
  /** Whether people can sign in at an issuer. */
  readonly hasIssuer: boolean;
}

export type ServeConsole = (c: Context) => Promise<Response>;

/** Serves the built console from a folder that is read once. Whatever is no file is a page, and pages are one document. */
export function consoleFiles(folder: string, facts: PageFacts): ServeConsole {
  const files = new Map(namesIn(folder).map((name) => [name, fileOf(name, readFileSync(join(folder, name)), facts)]));
  const index = files.get(INDEX) ?? fileOf(INDEX, Buffer.from(NOT_BUILT), facts);
  const zipped = new Map<ConsoleFile, Promise<Uint8Array<ArrayBuffer>>>();
  return async (c) => {
    const name = new URL(c.req.url).pathname.replace(/^\/console\/?/, '');
    const file = files.get(name) ?? (name.startsWith(HASHED) ? undefined : index);
    if (!file) return c.notFound();
    const { bytes, etag, headers } = file;
    if (c.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers });
    if (!c.req.header('accept-encoding')?.includes('gzip')) return new Response(bytes, { headers });
    const body = zipped.get(file) ?? promisify(gzip)(bytes).then((made) => new Uint8Array(made));
    zipped.set(file, body);
    return new Response(await body, { headers: { ...headers, 'content-encoding': 'gzip' } });
  };
}

const namesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(folder, name)).isFile())
        .map((name) => name.replaceAll('\\', '/'))
    : [];

function fileOf(name: string, content: Buffer, { mode, hasIssuer }: PageFacts): ConsoleFile {
  const page =
    name === INDEX
      ? content.toString().replace('<html', `<html data-mode="${mode}" data-issuer="${hasIssuer}"`)
      : undefined;
  const bytes = new Uint8Array(page === undefined ? content : Buffer.from(page));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return {
    bytes,
    etag,
    headers: {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'cache-control': name.startsWith(HASHED) ? FOR_EVER : 'no-cache',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      vary: 'accept-encoding',
      etag,
    },
  };
}
