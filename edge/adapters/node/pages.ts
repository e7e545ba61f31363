import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { DomainError } from '../../../core/errors.ts';
import type { EdgeConfig } from './config.ts';

type Fetch = (request: Request) => Response | Promise<Response>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};
const INDEX = 'index.html';

interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Web pages of a folder, read once: an app and its predictions come from one origin then, and neither needs CORS. */
export class Pages {
  readonly #files: ReadonlyMap<string, PageFile>;

  constructor(files: ReadonlyMap<string, PageFile>) {
    this.#files = files;
  }

  /** Answers what the node has no route for. */
  after(fetch: Fetch): Fetch {
    return async (request) => {
      const answer = await fetch(request);
      return answer.status === 404 ? (this.#answer(request) ?? answer) : answer;
    };
  }

  #answer({ method, url, headers: asked }: Request): Response | undefined {
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    const { pathname, search } = new URL(url);
    if (this.#files.has(`${pathname}/${INDEX}`)) return Response.redirect(new URL(`${pathname}/${search}`, url), 308);
    const file = this.#files.get(pathname.endsWith('/') ? `${pathname}${INDEX}` : pathname);
    if (!file) return undefined;
    const { bytes, headers } = file;
    if (asked.get('if-none-match') === headers['etag']) return new Response(null, { status: 304, headers });
    return new Response(method === 'HEAD' ? null : bytes, { headers });
  }
}

/** Reads the folder. Throws NOT_FOUND where there is none. */
export function readPages(folder: string, config: EdgeConfig): Pages {
  if (!existsSync(folder)) {
    throw new DomainError('NOT_FOUND', `TIFFIN_EDGE_PAGES_DIR: there is no folder ${folder}`, {
      field: 'TIFFIN_EDGE_PAGES_DIR',
    });
  }
  const policy = policyOf(config);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  return new Pages(
    new Map(names.map((name) => [`/${name.replaceAll('\\', '/')}`, fileOf(join(folder, name), policy)])),
  );
}

function fileOf(path: string, policy: string): PageFile {
  const bytes = new Uint8Array(readFileSync(path));
  return {
    bytes,
    headers: {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      // A service worker keeps them anyhow, and asks whether they are still right.
      'cache-control': 'no-cache',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    },
  };
}

/** Pages run nothing but their own files, and ask nobody but this node and, for models and records, the control plane. */
function policyOf({ registryUrl, featureUrl, monitoringUrl }: EdgeConfig): string {
  const planes = new Set([registryUrl, featureUrl, monitoringUrl].map((url) => new URL(url).origin));
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src 'self' ${[...planes].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
