import { parse } from 'graphql';
import type { ArmRanges } from '../../core/assignment/assign.ts';
import { DomainError, ERROR_STATUS, type ErrorCode } from '../../core/errors.ts';
import type { Actor } from '../shared/auth/actor.ts';
import { serviceActor, type Peer } from '../shared/peer.ts';
import type { SubgraphResult } from '../shared/subgraph.ts';

/** What the registry is asked to split by hash. */
export interface AllocationCommand {
  readonly deployment: string;
  /** Names the decision: the same cause again changes nothing. */
  readonly cause: string;
  readonly holder: string;
  readonly holderRevision: number;
  readonly seed: string;
  readonly hashVersion: number;
  readonly unit: string;
  readonly arms: readonly (ArmRanges & { readonly release: string })[];
}

export interface ReleaseCommand {
  readonly deployment: string;
  readonly cause: string;
  readonly holder: string;
  readonly reason: string;
}

/** The registry's commands on traffic, as experiments need them: the registry alone writes it. */
export interface RegistryTraffic {
  /** Answers with the traffic's revision. Throws CONFLICT that names the holder where another one has the lease. */
  acquire(actor: Actor, command: AllocationCommand): Promise<number>;
  /** Gives the lease back; one that is gone already is no failure. */
  release(actor: Actor, command: ReleaseCommand): Promise<void>;
}

const ACQUIRE = parse(`mutation ($input: AcquireAllocationInput!) {
  acquireAllocation(input: $input) { deployment { traffic { revision } } }
}`);

const RELEASE = parse('mutation ($input: ReleaseAllocationInput!) { releaseAllocation(input: $input) { applied } }');

/** Sends the commands to the registry itself, as the experiments' service, on behalf of whoever asked. */
export function registryTraffic(registry: Peer): RegistryTraffic {
  const send = (document: typeof ACQUIRE, input: object, actor: Actor): Promise<SubgraphResult> =>
    registry.graphql(
      document,
      { input },
      serviceActor('experiment', ['registry:traffic', 'registry:read'], actor.project, actor.subject),
    );
  return {
    acquire: async (actor, command) => {
      const result = await send(ACQUIRE, command, actor);
      throwRefusal(result);
      const answer = result.data?.['acquireAllocation'] as { deployment: { traffic: { revision: number } } };
      return answer.deployment.traffic.revision;
    },
    release: async (actor, command) => {
      const result = await send(RELEASE, command, actor);
      const refused = result.errors?.[0]?.extensions;
      // A rollback or a kill ends a split without asking its holder.
      if (refused?.['code'] === 'CONFLICT' && refused['holder'] !== command.holder) return;
      throwRefusal(result);
    },
  };
}

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERROR_STATUS, code);

/** What the registry refused is refused here in the same words; what it could not do makes it unavailable. */
function throwRefusal({ errors }: SubgraphResult): void {
  const [error] = errors ?? [];
  if (!error) return;
  const { code, ...details } = error.extensions ?? {};
  if (isCode(code)) throw new DomainError(code, error.message, details);
  throw new DomainError('SUBGRAPH_UNAVAILABLE', 'the registry could not do this', { subgraph: 'registry' });
}
