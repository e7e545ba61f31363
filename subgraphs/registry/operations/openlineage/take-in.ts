import { digestOf } from '../../../shared/audit/canonical-json.ts';
import { inTransaction } from '../../../shared/database/in-transaction.ts';
import { appendEvents } from '../../../shared/events/outbox.ts';
import { Turns } from '../../../shared/turns.ts';
import type { LineageEvent } from '../../../../schema/open-lineage.ts';
import { runKey, type LineageNoun } from '../../domain/openlineage/lineage-noun.ts';
import { isNews, nounEvent } from '../../domain/openlineage/noun-event.ts';
import { takeEvent, touchedBy, type LineageState } from '../../domain/openlineage/take-event.ts';
import { keepEvents } from '../../storage/openlineage/lineage-event.ts';
import { findKnown, lockLineage, saveKnown } from '../../storage/openlineage/lineage-noun.ts';
import type { RegistryDeps } from '../deps.ts';

/** An event that was read, with the text that it came as. */
export interface SentEvent {
  readonly event: LineageEvent;
  readonly body: string;
}

interface Sender {
  readonly project: string;
  readonly actor: string;
}

/**
 * Takes the events of one sender in, each once, in one transaction; others get their turn between two of them. What they
 * say nothing new of is not written: a job that runs again costs its count of runs and the run.
 */
export async function takeIn(
  { db, now }: Pick<RegistryDeps, 'db' | 'now'>,
  { project, actor }: Sender,
  events: readonly SentEvent[],
): Promise<void> {
  const turns = new Turns();
  const byDigest = new Map<string, SentEvent>();
  for (const sent of events) {
    byDigest.set(digestOf(sent.event), sent);
    await turns.pass();
  }
  const named = [...byDigest].map(([digest, { event, body }]) => ({ digest, body, eventTime: event.eventTime }));
  await inTransaction(db.pool, async (client) => {
    await lockLineage(client);
    const at = now();
    const kept = await keepEvents(client, { project, actor, at }, named);
    const fresh = [...byDigest].flatMap(([digest, { event }]) => (kept.has(digest) ? [event] : []));
    if (fresh.length === 0) return;
    const known = await findKnown(client, project, touchedByAll(project, fresh));
    const state: LineageState = { project, nouns: new Map(known.nouns), runs: new Map(known.runs) };
    for (const event of fresh) {
      takeEvent(state, event);
      await turns.pass();
    }
    const nouns: LineageNoun[] = [];
    const news: LineageNoun[] = [];
    for (const noun of state.nouns.values()) {
      const before = known.nouns.get(noun.urn);
      if (before === noun) continue;
      const told = isNews(noun, before);
      const saved = told ? { ...noun, revision: noun.revision + 1 } : noun;
      nouns.push(saved);
      if (told) news.push(saved);
      await turns.pass();
    }
    const runs = [...state.runs.values()].filter((run) => known.runs.get(runKey(run)) !== run);
    await saveKnown(client, nouns, runs);
    await appendEvents(
      client,
      news.map((noun) => nounEvent(noun, at)),
    );
  });
}

function touchedByAll(project: string, events: readonly LineageEvent[]): ReturnType<typeof touchedBy> {
  const touched = events.map((event) => touchedBy(project, event));
  return {
    urns: [...new Set(touched.flatMap(({ urns }) => urns))],
    runIds: [...new Set(touched.flatMap(({ runIds }) => runIds))],
  };
}
