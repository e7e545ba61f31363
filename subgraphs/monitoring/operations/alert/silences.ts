import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../../core/errors.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { silenceUrn } from '../../domain/ids.ts';
import { checkedSilence, type Silence, type SilenceInput } from '../../domain/alert/silence.ts';
import { findSilences, listSilences, lockSilence, saveSilence } from '../../storage/alert/silence.ts';
import { byId } from '../by-id.ts';
import type { MonitoringDeps } from '../deps.ts';

/** Alerts that nobody outside is notified of for a while. */
export class Silences {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  create(context: RequestContext, input: SilenceInput): Promise<Changed<Silence>> {
    const { project, subject: createdBy } = context.actor;
    const checked = checkedSilence(project, input, this.#deps.now());
    const id = randomUUID();
    const subject = silenceUrn.format({ project, name: id });
    return change(this.#deps, context, { action: 'silence.create', subject }, async (em, at) => {
      const silence: Silence = { ...checked, project, id, createdAt: at, createdBy, endedAt: null, endedBy: null };
      await saveSilence(em, silence);
      return { value: silence, reason: silence.comment, events: [] };
    });
  }

  /** Ends it before its time; one that is over stays as it is. */
  end(context: RequestContext, silenceId: string): Promise<Changed<Silence>> {
    const { project, name: id } = silenceUrn.parse(context.actor.project, silenceId, 'silence');
    const subject = silenceUrn.format({ project, name: id });
    return change(this.#deps, context, { action: 'silence.end', subject }, async (em, at) => {
      const before = await lockSilence(em, project, id);
      if (!before) throw new DomainError('NOT_FOUND', `silence: there is no ${subject}`, { field: 'silence' });
      if (before.endedAt !== null || before.endsAt <= at) return { value: before, unchanged: true };
      const silence = { ...before, endedAt: at, endedBy: context.actor.subject };
      await saveSilence(em, silence);
      return { value: silence, before, events: [] };
    });
  }

  list({ actor }: RequestContext, open: boolean, page: PageRequest): Promise<readonly Silence[]> {
    const openAt = open ? this.#deps.now() : null;
    return listSilences(this.#deps.db.em(), { project: actor.project, openAt }, page);
  }

  async byId(context: RequestContext, ids: readonly string[]): Promise<(Silence | null)[]> {
    const found = await byId(context, silenceUrn, ids, async (keys) => {
      const silences = await findSilences(
        this.#deps.db.em(),
        context.actor.project,
        keys.map(({ name }) => name),
      );
      return silences.map((silence) => ({ silence, project: silence.project, name: silence.id }));
    });
    return found.map((one) => one?.silence ?? null);
  }
}
