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

/** What the registry is asked to have scored beside the answers. */
export interface ShadowCommand extends Omit<AllocationCommand, 'arms'> {
  readonly share: number;
  readonly release: string;
  readonly endsAt: string | null;
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
  /** Answers with the traffic's revision. Throws CONFLICT that names the shadow that is there already. */
  acquireShadow(actor: Actor, command: ShadowCommand): Promise<number>;
  /** Ends a shadow; one that is gone already is no failure. */
  releaseShadow(actor: Actor, command: ReleaseCommand): Promise<void>;
}

const ACQUIRE = parse(`mutation ($input: AcquireAllocationInput!) {
  acquireAllocation(input: $input) { deployment { traffic { revision } } }
}`);

const ACQUIRE_SHADOW = parse(`mutation ($input: AcquireShadowInput!) {
  acquireShadow(input: $input) { deployment { traffic { revision } } }
}`);

const RELEASE_SHADOW = parse('mutation ($input: EndShadowInput!) { endShadow(input: $input) { applied } }');

const RELEASE = parse('mutation ($input: EndAllocationInput!) { endAllocation(input: $input) { applied } }');

/** Sends the commands to the registry itself, as the experiments' service, on behalf of whoever asked. */
export function registryTraffic(registry: Peer): RegistryTraffic {
  const send = (document: typeof ACQUIRE, input: object, actor: Actor): Promise<SubgraphResult> =>
    registry.graphql(
      document,
      { input },
      serviceActor('experiment', ['registry:traffic', 'registry:read'], actor.project, actor.subject),
    );
  const acquire = async (document: typeof ACQUIRE, field: string, input: object, actor: Actor): Promise<number> => {
    const result = await send(document, input, actor);
    throwRefusal(result);
    const answer = result.data?.[field] as { deployment: { traffic: { revision: number } } };
    return answer.deployment.traffic.revision;
  };
  const release = async (document: typeof RELEASE, command: ReleaseCommand, actor: Actor): Promise<void> => {
    const result = await send(document, command, actor);
    const refused = result.errors?.[0]?.extensions;
    // A rollback or a kill ends a split without asking its holder, and a promotion a shadow.
    if (refused?.['code'] === 'CONFLICT' && refused['holder'] !== command.holder) return;
    throwRefusal(result);
  };
  return {
    acquire: (actor, command) => acquire(ACQUIRE, 'acquireAllocation', command, actor),
    release: (actor, command) => release(RELEASE, command, actor),
    acquireShadow: (actor, command) => acquire(ACQUIRE_SHADOW, 'acquireShadow', command, actor),
    releaseShadow: (actor, command) => release(RELEASE_SHADOW, command, actor),
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
