import type { Context, Hono } from 'hono';
import { DomainError } from '../../core/errors.ts';
import { limitBody } from '../../subgraphs/shared/http/body-limit.ts';
import type { DataPlane, DataPlaneEnv } from '../../subgraphs/shared/http/data-plane.ts';
import { textBody } from '../../subgraphs/shared/http/text-body.ts';
import { requireOwnPage } from '../auth/own-page.ts';
import type { SignIn } from '../auth/sign-in-routes.ts';
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
  /** How people sign in; in dev mode nobody has to. */
  readonly signIn: SignIn | undefined;
  /** Whether they can at the issuer. */
  readonly hasIssuer: boolean;
  /** Answers what `/graphql` answers. */
  readonly answerGraph: (c: Context<DataPlaneEnv>) => Promise<Response>;
}

const GRAPH = '/console/graphql';

/** The pages, and their own way to the graph: it takes hashes of known documents alone. */
export function addConsole(
  app: Hono<DataPlaneEnv>,
  plane: DataPlane,
  { folder, documents, mode, maxBytes, signIn, hasIssuer, answerGraph }: ConsoleOptions,
): void {
  signIn?.addRoutes(plane);
  app.use(GRAPH, limitBody(maxBytes));
  app.post(GRAPH, async (c) => {
    try {
      requireOwnPage(c);
      replaceRequest(c, trustedBody(documents, await textBody(c)), await signIn?.tokenOf(c));
      return await answerGraph(c);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return graphRefusal(error);
    }
  });
  const files = consoleFiles(folder, { mode, hasIssuer });
  for (const path of ['/console', '/console/*']) plane.route({ method: 'GET', path, scope: 'none' }, files);
}

/** As if the caller had sent another body, and the token of its session. A token that it sends itself counts more. */
function replaceRequest(c: Context, body: string, token: string | undefined): void {
  const { url, headers, signal } = c.req.raw;
  const kept = new Headers(headers);
  kept.delete('content-length');
  if (token !== undefined && !kept.has('authorization')) kept.set('authorization', `Bearer ${token}`);
  c.req.raw = new Request(url, { method: 'POST', headers: kept, body, signal });
  c.req.bodyCache = {};
}
