import { ProfileRecord } from '../../../../schema/profile.ts';
import type { Arrival } from '../../domain/record/prediction.ts';
import { readPart, type ProfilePart } from '../../domain/quality/profile.ts';
import { readRecords, type AcceptedTimes, type RecordRules } from '../../domain/record/record.ts';
import type { Rejection } from '../../domain/record/rejection.ts';
import { byTrust } from '../../domain/trust.ts';
import { noteAnswers } from '../../storage/quality/measured-window.ts';
import { addToHours, insertParts, raiseProfiled } from '../../storage/quality/profile.ts';
import { noteReleaseVersions } from '../../storage/record/release-version.ts';
import { inTransaction } from '../../../shared/database/in-transaction.ts';
import type { MonitoringDeps } from '../deps.ts';

type Read = Awaited<ReturnType<typeof readRecords<ProfileRecord>>>;

/** Takes profiles of nodes: each part counts once, whenever and in whatever order it comes. */
export class ProfileIngest {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async store(
    arrival: Arrival,
    raw: readonly unknown[],
    times: AcceptedTimes,
    rules: RecordRules & { readonly pass: () => Promise<void> },
  ): Promise<Read> {
    if (raw.length === 0) return { valid: [], rejected: [] };
    const { valid, rejected } = await readRecords(ProfileRecord, raw, arrival.trust, times, {
      ...rules,
      ahead: 'PLACED',
    });
    const parts: ProfilePart[] = [];
    const unread: Rejection[] = [];
    for (const record of valid) {
      await rules.pass();
      const part = readPart(record, arrival.trust);
      if ('code' in part) unread.push(part);
      else parts.push(part);
    }
    if (parts.length > 0) await inTransaction(this.#deps.db.pool, (client) => keep(client, arrival, parts));
    return { valid: parts.map(({ record }) => record), rejected: [...rejected, ...unread] };
  }
}

async function keep(
  client: Parameters<typeof insertParts>[0],
  arrival: Arrival,
  parts: readonly ProfilePart[],
): Promise<void> {
  const fresh = await insertParts(client, arrival, parts);
  if (fresh.length === 0) return;
  const records = fresh.map(({ record }) => record);
  for (const [trust, own] of byTrust(arrival.trust, records)) {
    const versions = own.flatMap(({ release, models }) => models.map((modelVersion) => ({ release, modelVersion })));
    const once = new Map(versions.map((one) => [`${one.release} ${one.modelVersion}`, one]));
    await noteReleaseVersions(client, { ...arrival, trust }, [...once.values()]);
  }
  await addToHours(client, arrival.project, fresh);
  await raiseProfiled(client, arrival, fresh);
  const { project, receivedAt } = arrival;
  const judged = fresh.filter(({ slot }) => slot.trust === 'server' && slot.segment === '');
  await noteAnswers(
    client,
    project,
    receivedAt,
    judged.map(({ slot }) => ({ deployment: slot.deployment, at: slot.hour })),
  );
}
