import { pino } from 'pino';
import type { Role } from '../../subgraphs/shared/auth/actor.ts';
import { signInternalToken } from '../../subgraphs/shared/auth/internal-token.ts';
import { openDatabase, type Database } from '../../subgraphs/shared/database/database.ts';
import { localPeer, type Peer } from '../../subgraphs/shared/peer.ts';
import type { Subgraph, SubgraphResult } from '../../subgraphs/shared/subgraph.ts';
import { startExperiment } from '../../subgraphs/experiment/main.ts';
import { experimentSchema } from '../../subgraphs/experiment/storage/schema.ts';
import { atEnd } from './at-end.ts';
import { knownFields } from './known-fields.ts';
import { testKeys } from './keys.ts';
import { NOW, SECRET } from './monitoring.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export interface TestExperiment {
  readonly subgraph: Subgraph;
  readonly db: Database;
  readonly clock: { now: Date };
  readonly ask: Ask;
  /** The same as another person. */
  readonly as: (subject: string) => Ask;
}

type Ask = (
  query: string,
  variables?: Record<string, unknown>,
  ...roles: Role[]
) => Promise<SubgraphResult & { data: any }>;

/** A peer of the same process, or one that is not there. */
export const peerOf = (name: 'registry' | 'monitoring', subgraph?: Subgraph): Peer =>
  localPeer(name, () => subgraph, SECRET);

const asPeer = (name: 'registry' | 'monitoring', given?: Subgraph | Peer): Peer =>
  given && 'get' in given ? given : peerOf(name, given);

/** An experiment subgraph beside whatever of registry and monitoring is given; it stops with the test or the test file. */
export async function startTestExperiment(
  options: {
    readonly database?: TestDatabase;
    readonly registry?: Subgraph | Peer;
    readonly monitoring?: Subgraph | Peer;
    readonly unitEventDays?: number;
  } = {},
): Promise<TestExperiment> {
  const { appUrl } = options.database ?? (await createTestDatabase());
  const clock = { now: NOW };
  const subgraph = await startExperiment(
    {
      factWaitMs: 200,
      pendingCheckSeconds: 1,
      rolloutSeconds: 3_600,
      outboxDays: 0,
      switchSeconds: 3_600,
      unitEventDays: options.unitEventDays ?? 0,
    },
    {
      databaseUrl: appUrl,
      ownerUrl: undefined,
      secret: SECRET,
      keys: testKeys.ring,
      log: pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }),
      dataDir: '/nowhere',
      peers: {
        feature: localPeer('feature', () => undefined, SECRET),
        experiment: localPeer('experiment', () => undefined, SECRET),
        registry: asPeer('registry', options.registry),
        monitoring: asPeer('monitoring', options.monitoring),
      },
      now: () => clock.now,
    },
  );
  const db = await openDatabase(experimentSchema, { url: appUrl, poolSize: 2 });
  atEnd(async () => {
    await subgraph.stop();
    await db.close();
  });
  const as =
    (subject: string): Ask =>
    async (query, variables = {}, ...roles) => {
      const actor = { subject, kind: 'user', scopes: [], project: 'default' } as const;
      const token = await signInternalToken({ ...actor, roles: roles.length > 0 ? roles : ['developer'] }, SECRET);
      const result = await subgraph.execute({ document: knownFields(subgraph, query), variables, token });
      return JSON.parse(JSON.stringify(result));
    };
  return { subgraph, db, clock, as, ask: as('user:tester') };
}
