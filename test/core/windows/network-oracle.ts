import type { Network, NetworkCounts } from '../../../core/windows/network.ts';
import type { WindowEvent } from '../../../core/windows/window.ts';

/** An event of an entity, whose key is a JSON tuple. */
export interface KeyedEvent extends WindowEvent {
  readonly key: string;
}

/**
 * The definition, as plainly as it can be said: for each question everything is looked at anew. It shares no code with what
 * it judges. The log holds what was known at the moment.
 */
export function bruteNetwork(log: readonly KeyedEvent[], network: Network, key: string, atMs: number): NetworkCounts {
  const { through, windowMs, hopMs, limit, bad } = network;
  const events = standing(log);
  const inside = (ms: number, length: number, hop: number): boolean =>
    ms >= Math.floor((atMs - length) / hop) * hop && ms < atMs;
  const uses = events.filter(
    ({ eventMs, values }) => inside(eventMs, windowMs, hopMs) && (values[through.index] ?? null) !== null,
  );
  const own = latestBy(
    uses.filter((use) => use.key === key),
    ({ values }) => String(values[through.index]),
  );
  const followed = own.slice(0, limit).map(([value]) => value);
  const others = latestBy(
    uses.filter((use) => use.key !== key && followed.includes(String(use.values[through.index]))),
    (use) => use.key,
  );
  const lookedAt = others.slice(0, limit).map(([other]) => other);
  const isBad = (other: string): boolean =>
    bad !== null &&
    events.some(
      ({ key: whose, eventMs, values }) =>
        whose === other &&
        inside(eventMs, bad.windowMs, bad.hopMs) &&
        bad.oneOf.some((one) => one === values[bad.column.index]),
    );
  return {
    others: lookedAt.length,
    bad: lookedAt.filter(isBad).length,
    cut: own.length > limit || others.length > limit,
  };
}

/** Names with the time of their last event, the latest first, those of one moment by their bytes backwards. */
function latestBy(events: readonly KeyedEvent[], nameOf: (event: KeyedEvent) => string): [string, number][] {
  const last = new Map<string, number>();
  for (const event of events) last.set(nameOf(event), Math.max(event.eventMs, last.get(nameOf(event)) ?? -Infinity));
  return [...last].toSorted(([a, x], [b, y]) => y - x || Buffer.compare(Buffer.from(b), Buffer.from(a)));
}

/** Of each id of an entity the version that was written last; what was taken back is gone. */
function standing(log: readonly KeyedEvent[]): KeyedEvent[] {
  const versions = Map.groupBy(
    log.filter(({ id }) => id !== null),
    ({ key, id }) => JSON.stringify([key, id]),
  );
  const last = [...versions.values()].map((all) =>
    all.reduce((a, b) => ((b.writtenMs - a.writtenMs || b.seq - a.seq || b.ordinal - a.ordinal) > 0 ? b : a)),
  );
  return [...log.filter(({ id }) => id === null), ...last.filter(({ retracted }) => !retracted)];
}
