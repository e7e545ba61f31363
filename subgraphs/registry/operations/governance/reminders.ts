import { randomUUID } from 'node:crypto';
import { record } from '../../../shared/operations/change.ts';
import { serviceActor } from '../../../shared/peer.ts';
import { versionEvent } from '../../domain/catalogue/asset-events.ts';
import { versionUrn } from '../../domain/ids.ts';
import { saveReminded, versionsToRemind } from '../../storage/governance/reminder.ts';
import { lockVersion, saveVersion } from '../../storage/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';

const DAY_MS = 86_400_000;
/** So long before a version must have been validated again. */
const AHEAD_DAYS = 30;

/** Tells in time of versions that must be validated and approved again: on record, in the log, and by the event that webhooks send. */
export class Reminders {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now' | 'log'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now' | 'log'>) {
    this.#deps = deps;
  }

  /** Reminds once of each date; answers of how many. */
  async remind(): Promise<number> {
    const { db, now, log } = this.#deps;
    const due = await versionsToRemind(db.em(), new Date(now().getTime() + AHEAD_DAYS * DAY_MS));
    for (const key of due) {
      await db.transaction(async (em) => {
        const before = await lockVersion(em, key, 'id');
        if (before.revalidateBy === null) return;
        const after = { ...before, revision: before.revision + 1 };
        await saveVersion(em, after);
        await saveReminded(em, after);
        const context = { actor: { ...serviceActor('registry', []), project: key.project }, requestId: randomUUID() };
        const by = before.revalidateBy.toISOString();
        await record(em, context, {
          action: 'model-version.remind',
          subject: versionUrn.format(after),
          at: now(),
          value: after,
          before,
          reason: `to be validated and approved again by ${by}; afterwards it takes no new traffic`,
          events: [versionEvent(after, now())],
        });
        log.warn({ modelVersion: versionUrn.format(after), revalidateBy: by }, 'a model version is due');
      });
    }
    return due.length;
  }
}
