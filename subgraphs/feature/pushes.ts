import { DomainError } from '../../core/errors.ts';
import type { FeaturePushAnswer, FeaturePushRequest } from '../../schema/feature-push.ts';
import type { Catalog } from './catalog.ts';
import { pinOf, viewId } from './domain/id.ts';
import { pushedRowOf, type PushedRow } from './domain/pushed-row.ts';
import type { OnlineLog } from './online-log.ts';

export interface PushesDeps {
  readonly catalog: Catalog;
  readonly online: OnlineLog;
  readonly now: () => Date;
}

/** Rows that arrive one by one: each is checked, stored for good, and online before the sender hears that it is. */
export class Pushes {
  readonly #deps: PushesDeps;

  constructor(deps: PushesDeps) {
    this.#deps = deps;
  }

  async push(project: string, { view: id, to, rows }: FeaturePushRequest): Promise<FeaturePushAnswer> {
    const { catalog, online, now } = this.#deps;
    const [view] = await catalog.views(project, [pinOf(project, 'feature-view', id, 'view')]);
    if (!view) throw new DomainError('NOT_FOUND', `view: there is no ${id} here`, { field: 'view' });
    const accepted: PushedRow[] = [];
    const rejected: FeaturePushAnswer['rejected'] = [];
    const arrival = now();
    rows.forEach((row, index) => {
      try {
        accepted.push(pushedRowOf(view, row, arrival));
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        rejected.push({ index, field: String(error.details['field']), code: error.code, message: error.message });
      }
    });
    if (accepted.length > 0) {
      await online.push({ view, rows: accepted, online: to !== 'OFFLINE', offline: to !== 'ONLINE' });
    }
    return { view: viewId(project, view.name, view.version), accepted: accepted.length, rejected };
  }
}
