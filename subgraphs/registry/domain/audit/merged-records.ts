/** A record of one chain of several. */
export interface PlacedRecord<Record, Name extends string> {
  readonly subgraph: Name;
  readonly record: Record;
  /** Of each chain, in their order: the number below which the list goes on after this record. */
  readonly places: readonly number[];
}

export interface ChainPart<Record, Name extends string> {
  readonly subgraph: Name;
  /** Newest first. */
  readonly records: readonly Record[];
}

/**
 * Several chains as one list, the newest first, each chain in its own order: at most so many. What is appended meanwhile to any of
 * them stays out of the pages that follow.
 */
export function mergedRecords<
  Record extends { readonly seq: number; readonly record: { readonly at: string } },
  Name extends string,
>(parts: readonly ChainPart<Record, Name>[], first: number): readonly PlacedRecord<Record, Name>[] {
  const taken = parts.map(() => 0);
  const places = parts.map(({ records }) => (records[0]?.seq ?? 0) + 1);
  const merged: PlacedRecord<Record, Name>[] = [];
  while (merged.length < first) {
    let newest: { readonly at: number; readonly record: Record } | undefined;
    for (const [at, { records }] of parts.entries()) {
      const record = records[taken[at] ?? 0];
      if (record && (!newest || record.record.at > newest.record.record.at)) newest = { at, record };
    }
    const part = newest && parts[newest.at];
    if (!newest || !part) break;
    taken[newest.at] = (taken[newest.at] ?? 0) + 1;
    places[newest.at] = newest.record.seq;
    merged.push({ subgraph: part.subgraph, record: newest.record, places: [...places] });
  }
  return merged;
}
