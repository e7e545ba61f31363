import { randomUUID } from 'node:crypto';
import { record } from '../../../shared/operations/change.ts';
import { serviceActor } from '../../../shared/peer.ts';
import { versionEvent } from '../../domain/catalogue/asset-events.ts';
import { versionUrn } from '../../domain/ids.ts';
import { saveReminded, versionsToRemind, waiversToRemind, type Ending } from '../../storage/governance/reminder.ts';
import { lockVersion, saveVersion } from '../../storage/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';

const DAY_MS = 86_400_000;
/** So long before a version must have been validated again. */
export const APPROVAL_AHEAD_MS = 30 * DAY_MS;
/** So long before the waiver of a gate ends: many last no longer than weeks. */
export const WAIVER_AHEAD_MS = 7 * DAY_MS;

/** Tells in time of approvals and waivers that end: on record, in the log, and by the event that webhooks send. */
export class Reminders {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now' | 'log'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now' | 'log'>) {
    this.#deps = deps;
  }

  /** Reminds once of each date; answers of how many. */
  async remind(): Promise<number> {
    const { db, now } = this.#deps;
    const em = db.em();
    const after = (ms: number): Date => new Date(now().getTime() + ms);
    const due = [
      ...(await versionsToRemind(em, after(APPROVAL_AHEAD_MS))),
      ...(await waiversToRemind(em, now(), after(WAIVER_AHEAD_MS))),
    ];
    for (const ending of due) await this.#tell(ending);
    return due.length;
  }

  async #tell(ending: Ending): Promise<void> {
    const { db, now, log } = this.#deps;
    const by = ending.due.toISOString();
    await db.transaction(async (em) => {
      const before = await lockVersion(em, ending, 'id');
      const value = { ...before, revision: before.revision + 1 };
      await saveVersion(em, value);
      await saveReminded(em, ending);
      const context = { actor: { ...serviceActor('registry', []), project: ending.project }, requestId: randomUUID() };
      await record(em, context, {
        action: 'model-version.remind',
        subject: versionUrn.format(value),
        at: now(),
        value,
        before,
        reason:
          ending.gate === null
            ? `to be validated and approved again by ${by}; afterwards it takes no new traffic`
            : `the waiver of ${ending.gate} ends at ${by}; afterwards the gate fails and it takes no new traffic`,
        events: [versionEvent(value, now())],
      });
      log.warn({ modelVersion: versionUrn.format(value), gate: ending.gate, by }, 'a model version is due');
    });
  }
}
