import type { Logger } from 'pino';
import type { InternalSecret } from './auth/internal-token.ts';
import type { KeyRing } from './auth/key-ring.ts';
import type { VerifyPerson } from './auth/people.ts';
import type { Peer } from './peer.ts';
import type { SubgraphName } from '../../schema/nouns.ts';

/** What every subgraph is given, in one process with the others or in one of its own. */
export interface SubgraphDeps {
  /** As the app: reads and writes rows. */
  readonly databaseUrl: string;
  /** As the owner of the tables; migrations run at the start when it is given. */
  readonly ownerUrl: string | undefined;
  readonly secret: InternalSecret;
  readonly keys: KeyRing;
  /** How people are known, for what must work without the gateway; left out: they come through it alone. */
  readonly verifyPerson?: VerifyPerson;
  /** Dev mode, which listens on loopback alone: people are whom a header names, on routes that a role may call too. */
  readonly devUsers?: boolean;
  readonly log: Logger;
  /** A folder of the subgraph's own for files. */
  readonly dataDir: string;
  readonly peers: Readonly<Record<SubgraphName, Peer>>;
  readonly now: () => Date;
}
