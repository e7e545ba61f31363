import type { Context, Hono } from 'hono';
import { DomainError } from '../../core/errors.ts';
import { limitBody } from '../../subgraphs/shared/http/body-limit.ts';
import type { DataPlane, DataPlaneEnv } from '../../subgraphs/shared/http/data-plane.ts';
import { textBody } from '../../subgraphs/shared/http/text-body.ts';
import { graphRefusal } from '../http/graph-refusal.ts';
import { consoleFiles } from './console-files.ts';
import { trustedBody, type TrustedDocuments } from './trusted-documents.ts';

export interface ConsoleParts {
  /** Where its built files are. */
  readonly folder: string;
  /** Whatever it may ask. */
  readonly documents: TrustedDocuments;
}

interface ConsoleOptions extends ConsoleParts {
  readonly mode: 'dev' | 'production';
  readonly maxBytes: number;
  /** Answers what `/graphql` answers. */
  readonly answerGraph: (c: Context<DataPlaneEnv>) => Promise<Response>;
}

const GRAPH = '/console/graphql';
/** Browsers let pages of other origins send it only where we allow it, and we do not. */
const OWN_HEADER = 'x-tiffin-console';

/** The pages, and their own way to the graph: it takes hashes of known documents alone. */
export function addConsole(
  app: Hono<DataPlaneEnv>,
  plane: DataPlane,
  { folder, documents, mode, maxBytes, answerGraph }: ConsoleOptions,
): void {
  app.use(GRAPH, limitBody(maxBytes));
  app.post(GRAPH, async (c) => {
    try {
      if (c.req.header(OWN_HEADER) === undefined) {
        throw new DomainError('FORBIDDEN', `${OWN_HEADER}: only pages of the console call here, and they send it`, {
          field: OWN_HEADER,
          allowed: ['1'],
        });
      }
      replaceBody(c, trustedBody(documents, await textBody(c)));
      return await answerGraph(c);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return graphRefusal(error);
    }
  });
  const files = consoleFiles(folder, { mode });
  for (const path of ['/console', '/console/*']) plane.route({ method: 'GET', path, scope: 'none' }, files);
}

/** As if the caller had sent another body. */
function replaceBody(c: Context, body: string): void {
  const { url, headers, signal } = c.req.raw;
  const kept = new Headers(headers);
  kept.delete('content-length');
  c.req.raw = new Request(url, { method: 'POST', headers: kept, body, signal });
  c.req.bodyCache = {};
}
