import { parse, type DocumentNode } from 'graphql';
import type { ArmRanges } from '../../../core/assignment/assign.ts';
import { DomainError } from '../../../core/errors.ts';
import { throwRefusal } from '../../shared/peer-refusal.ts';
import { refuse } from '../domain/refuse.ts';
import type { TypedRelease } from '../domain/experiment/targeting.ts';
import { serviceActor, type Peer } from '../../shared/peer.ts';
import type { SubgraphResult } from '../../shared/subgraph.ts';

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
  /** Left out: all requests, or all units. */
  readonly targeting?: string;
  readonly namespace?: { readonly id: string; readonly from: number; readonly to: number };
  readonly arms: readonly (ArmRanges & { readonly release: string })[];
}

/** What the registry is asked to have scored beside the answers. */
export interface ShadowCommand extends Omit<AllocationCommand, 'arms' | 'targeting' | 'namespace'> {
  readonly share: number;
  readonly release: string;
  readonly endsAt: string | null;
}

export interface EndCommand {
  readonly deployment: string;
  readonly cause: string;
  readonly holder: string;
  readonly reason: string;
}

export interface PromoteCommand extends EndCommand {
  readonly promote: string;
}

export interface KnownRelease {
  /** Under which nodes know it. */
  readonly digest: string;
  /** The inputs that every request has. */
  readonly requiredInputs: readonly string[];
  readonly readsFeatures: boolean;
}

/** On whose behalf a command is sent. */
export interface Caller {
  readonly project: string;
  readonly onBehalfOf: string;
}

/** The registry's commands on traffic, as studies need them: the registry alone writes it. */
export interface RegistryTraffic {
  /** Answers with the traffic's revision. Throws CONFLICT that names the holder where another one has the lease. */
  acquireAllocation(caller: Caller, command: AllocationCommand): Promise<number>;
  /** Gives the lease back; one that is gone already is no failure. */
  endAllocation(caller: Caller, command: EndCommand): Promise<void>;
  /** Ends the split and makes a release the default, in one change. Throws CONFLICT where the lease is gone. */
  promote(caller: Caller, command: PromoteCommand): Promise<void>;
  /** The release that answers by default; null while nothing serves. Throws NOT_FOUND. */
  defaultRelease(caller: Caller, deployment: string): Promise<string | null>;
  /** The recipes of some releases, and of what answers by default. Throws NOT_FOUND that names the place. */
  recipes(caller: Caller, deployment: string, releases: readonly string[]): Promise<readonly TypedRelease[]>;
  /** Throws NOT_FOUND. */
  release(caller: Caller, release: string): Promise<KnownRelease>;
  /** Answers with the traffic's revision. Throws CONFLICT that names the shadow that is there already. */
  acquireShadow(caller: Caller, command: ShadowCommand): Promise<number>;
  /** Ends a shadow; one that is gone already is no failure. */
  endShadow(caller: Caller, command: EndCommand): Promise<void>;
}

const acquiring = (field: string): DocumentNode =>
  parse(`mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) {
    ${field}(input: $input) { deployment { traffic { revision } } } }`);
const ending = (field: string): DocumentNode =>
  parse(`mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) { ${field}(input: $input) { applied } }`);

const LIVE = parse('query ($id: ID!) { deployment(id: $id) { live { id } } }');

const RECIPE = parse('query ($id: ID!) { release(id: $id) { id recipe } }');
const LIVE_RECIPE = parse('query ($id: ID!) { deployment(id: $id) { live { id recipe } } }');

const RELEASE = parse('query ($id: ID!) { release(id: $id) { digest recipe } }');

interface FoundRelease {
  readonly digest: string;
  readonly recipe: {
    readonly inputs: readonly { readonly name: string; readonly required?: boolean }[];
    readonly features?: object | null;
  };
}

const actorFor = ({ project, onBehalfOf }: Caller) =>
  serviceActor('experiment', ['registry:traffic', 'registry:read'], project, onBehalfOf);

/** Sends the commands to the registry itself, as the experiments' service, on behalf of whoever asked. */
export function registryTraffic(registry: Peer): RegistryTraffic {
  const send = (document: DocumentNode, input: object, caller: Caller): Promise<SubgraphResult> =>
    registry.graphql(document, { input }, actorFor(caller));
  const acquire = (field: string) => {
    const document = acquiring(field);
    return async (caller: Caller, command: object): Promise<number> => {
      const result = await send(document, command, caller);
      throwRefusal(result, 'registry');
      const answer = result.data?.[field] as { deployment: { traffic: { revision: number } } };
      return answer.deployment.traffic.revision;
    };
  };
  const end = (field: string) => {
    const document = ending(field);
    return async (caller: Caller, command: EndCommand): Promise<void> => {
      const result = await send(document, command, caller);
      const refused = result.errors?.[0]?.extensions;
      // A rollback or a kill ends a split without asking its holder, and a promotion a shadow.
      if (refused?.['code'] === 'CONFLICT' && refused['holder'] !== command.holder) return;
      throwRefusal(result, 'registry');
    };
  };
  return {
    acquireAllocation: acquire('acquireAllocation'),
    endAllocation: end('endAllocation'),
    promote: async (caller, command) => throwRefusal(await send(ending('endAllocation'), command, caller), 'registry'),
    defaultRelease: async (caller, deployment) => {
      const result = await registry.graphql(LIVE, { id: deployment }, actorFor(caller));
      throwRefusal(result, 'registry');
      const found = result.data?.['deployment'] as { live: { id: string } | null } | null;
      if (found) return found.live?.id ?? null;
      throw new DomainError('NOT_FOUND', `deployment: there is no ${deployment}`, { field: 'deployment' });
    },
    recipes: async (caller, deployment, releases) => {
      const read = async (document: DocumentNode, id: string): Promise<Record<string, unknown>> => {
        const result = await registry.graphql(document, { id }, actorFor(caller));
        throwRefusal(result, 'registry');
        return result.data ?? {};
      };
      const found: TypedRelease[] = [];
      for (const [i, id] of releases.entries()) {
        const { release } = (await read(RECIPE, id)) as { release: TypedRelease | null };
        if (release) found.push(release);
        else throw refuse(`arms.${i}.release`, `there is no ${id}`);
      }
      const { deployment: at } = (await read(LIVE_RECIPE, deployment)) as {
        deployment: { live: TypedRelease | null } | null;
      };
      return at?.live ? [...found, at.live] : found;
    },
    release: async (caller, release) => {
      const result = await registry.graphql(RELEASE, { id: release }, actorFor(caller));
      throwRefusal(result, 'registry');
      const found = result.data?.['release'] as FoundRelease | null;
      if (!found) throw new DomainError('NOT_FOUND', `candidate: there is no ${release}`, { field: 'candidate' });
      const required = found.recipe.inputs.filter((input) => input.required !== false);
      const readsFeatures = (found.recipe.features ?? null) !== null;
      return { digest: found.digest, requiredInputs: required.map(({ name }) => name), readsFeatures };
    },
    acquireShadow: acquire('acquireShadow'),
    endShadow: end('endShadow'),
  };
}
