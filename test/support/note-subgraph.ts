import { parse } from 'graphql';
import { pino } from 'pino';
import { Arg, Float, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Access } from '../../subgraphs/shared/auth/access.ts';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { signInternalToken } from '../../subgraphs/shared/auth/internal-token.ts';
import { openDatabase, type Database } from '../../subgraphs/shared/database/database.ts';
import { migrate } from '../../subgraphs/shared/database/migrate.ts';
import { buildFederatedSchema } from '../../subgraphs/shared/graphql/federated-schema.ts';
import { makeSubgraph, type Subgraph } from '../../subgraphs/shared/subgraph.ts';
import { testKeys } from './keys.ts';
import { NoteRow, sampleSchema } from './sample-schema.ts';

const SECRET = new Uint8Array(32).fill(9);
const developer: Actor = {
  subject: 'user:developer',
  kind: 'user',
  roles: ['developer'],
  scopes: [],
  project: 'default',
};

export interface NoteSubgraph {
  readonly subgraph: Subgraph;
  readonly db: Database;
  /** `data`, or the first error's message and extensions. */
  ask(query: string): Promise<any>;
  /** `PUT /v1/notes/:id` of the data plane. */
  put(id: string, text: string): Promise<Response>;
  stop(): Promise<void>;
}

/** A smallest subgraph over the sample schema: one query, one mutation, one route, each by another way to the database. */
export async function startNoteSubgraph(ownerUrl: string, appUrl: string): Promise<NoteSubgraph> {
  await migrate(sampleSchema, ownerUrl);
  const db = await openDatabase(sampleSchema, { url: appUrl });

  @Resolver()
  class NoteResolver {
    @Query(() => [ID], { description: 'All notes, after a wait.' })
    @Access({ role: 'viewer' })
    async notes(@Arg('waitSeconds', () => Float, { description: 'How long.' }) waitSeconds: number): Promise<string[]> {
      const rows = await db.query<{ id: string }>('select id from note, pg_sleep($1) order by id', [waitSeconds]);
      return rows.map(({ id }) => id);
    }

    @Mutation(() => ID, { description: 'Adds a note.' })
    @Access({ role: 'developer' })
    async addNote(@Arg('id', () => ID, { description: 'Its id.' }) id: string): Promise<string> {
      await db.transaction(async (em) => {
        em.create(NoteRow, { id, text: 'x'.repeat(1_000) });
      });
      return id;
    }
  }

  const subgraph = await makeSubgraph({
    name: 'feature',
    federated: await buildFederatedSchema({ resolvers: [NoteResolver] }),
    contextFor: (request) => request,
    secret: SECRET,
    keys: testKeys.ring,
    log: pino({ level: 'silent' }),
    checks: { database: () => db.ping() },
    routes: (plane) =>
      plane.route({ method: 'PUT', path: '/v1/notes/:id', scope: 'feature:write', maxBytes: Infinity }, async (c) => {
        await db.query('insert into note (id, text) values ($1, $2)', [c.req.param('id'), await c.req.text()]);
        return c.json({}, 201);
      }),
    stop: () => db.close(),
  });
  let stopping: Promise<void> | undefined;
  return {
    subgraph,
    db,
    ask: async (query) => {
      const { data, errors } = await subgraph.execute({
        document: parse(query),
        token: await signInternalToken(developer, SECRET),
      });
      return errors?.[0] ? { message: errors[0].message, ...errors[0].extensions } : data;
    },
    put: async (id, text) =>
      subgraph.app.request(`/v1/notes/${id}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${testKeys.with('feature:write')}` },
        body: text,
      }),
    stop: () => (stopping ??= subgraph.stop()),
  };
}
