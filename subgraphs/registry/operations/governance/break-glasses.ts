import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { versionEvent } from '../../domain/catalogue/asset-events.ts';
import {
  checkBreakGlass,
  requireCloser,
  requireFrozen,
  requireNoneOpen,
  requireOpener,
  requireReason,
  type BreakGlass,
} from '../../domain/governance/break-glass.ts';
import { versionUrn } from '../../domain/ids.ts';
import {
  closeBreakGlass,
  insertBreakGlass,
  listBreakGlasses,
  lockBreakGlass,
  openBreakGlasses,
} from '../../storage/governance/break-glass.ts';
import { lockVersion, saveVersion } from '../../storage/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';
import { digestSetOf } from '../version/digest-set.ts';

export interface OpenBreakGlassInput {
  readonly modelVersion: string;
  readonly environment: string;
  readonly minutes: number;
  readonly reason: string;
}

export interface CloseBreakGlassInput {
  readonly id: number;
  readonly reason: string;
}

type Deps = Pick<RegistryDeps, 'db' | 'now' | 'log'>;

/** Emergencies: one person lets a version through for a while, another one closes it. */
export class BreakGlasses {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  list({ actor }: RequestContext, page: PageRequest): Promise<readonly BreakGlass[]> {
    return listBreakGlasses(this.#deps.db.em(), actor.project, page);
  }

  async open(context: RequestContext, input: OpenBreakGlassInput): Promise<Changed<BreakGlass>> {
    checkBreakGlass(input);
    const { actor } = context;
    const { modelVersion, environment, minutes, reason } = input;
    const key = versionUrn.parse(actor.project, modelVersion, 'modelVersion');
    const subject = versionUrn.format(key);
    const opened = await change(this.#deps, context, { action: 'break-glass.open', subject }, async (em, at) => {
      requireOpener(actor);
      const version = await lockVersion(em, key, 'modelVersion');
      requireFrozen(version);
      requireNoneOpen(await openBreakGlasses(em, actor.project, subject));
      const value = await insertBreakGlass(em, {
        project: actor.project,
        modelVersion: subject,
        environment,
        digestSet: digestSetOf(version),
        reason,
        openedBy: actor.subject,
        openedAt: at,
        expiresAt: new Date(at.getTime() + minutes * 60_000),
        closedBy: null,
        closedAt: null,
        closingReason: null,
      });
      // Webhooks tell of it with the version.
      const after = { ...version, revision: version.revision + 1 };
      await saveVersion(em, after);
      return {
        value,
        reason,
        events: [versionEvent(after, at, { environment, by: actor.subject, until: value.expiresAt })],
      };
    });
    this.#deps.log.warn(
      { breakGlass: opened.value.id, modelVersion: subject, by: actor.subject },
      'break-glass was opened',
    );
    return opened;
  }

  close(context: RequestContext, { id, reason }: CloseBreakGlassInput): Promise<Changed<BreakGlass>> {
    requireReason(reason);
    const { actor } = context;
    return this.#subjectOf(context, id).then((subject) =>
      change(this.#deps, context, { action: 'break-glass.close', subject }, async (em, at) => {
        const before = await lockBreakGlass(em, actor.project, id);
        if (!before) throw unknown(id);
        requireCloser(before, actor);
        if (before.closedAt !== null) {
          throw new DomainError('INVALID_TRANSITION', `id: it was closed by ${before.closedBy} already`, {
            field: 'id',
          });
        }
        const value: BreakGlass = { ...before, closedBy: actor.subject, closedAt: at, closingReason: reason };
        await closeBreakGlass(em, value);
        const version = await lockVersion(em, versionUrn.parse(actor.project, before.modelVersion), 'id');
        const after = { ...version, revision: version.revision + 1 };
        await saveVersion(em, after);
        return { value, before, reason, events: [versionEvent(after, at)] };
      }),
    );
  }

  async #subjectOf({ actor }: RequestContext, id: number): Promise<string> {
    const found = await this.#deps.db.transaction((em) => lockBreakGlass(em, actor.project, id));
    if (!found) throw unknown(id);
    return found.modelVersion;
  }
}

const unknown = (id: number): DomainError =>
  new DomainError('NOT_FOUND', `id: there is no break-glass ${id}`, { field: 'id' });
