/** One subgraph's chain as its own walk found it, in full from its first record. */
export interface Walk {
  readonly ok: boolean;
  readonly checked: number;
  readonly firstBadSeq: number | null;
  readonly why: string | null;
}

/** What a checkpoint said of a chain: that the record of this number had this hash. */
export interface Witness {
  readonly seq: number;
  readonly hash: string;
  /** The checkpoint that said it. */
  readonly number: number;
  readonly at: string;
}

export interface ChainJudgement {
  readonly ok: boolean;
  readonly checked: number;
  /** The first record that is wrong or missing, or from which on one is. */
  readonly firstBadSeq: number | null;
  /** Where the wrong record is known to be at the latest; the same where it is known exactly. */
  readonly lastBadSeq: number | null;
  readonly why: string | null;
  /** What showed it: the chain itself, or only a checkpoint kept outside. */
  readonly shownBy: 'CHAIN' | 'CHECKPOINT' | null;
  /** Up to here no rewriting would go unseen; later records only vouch for each other. */
  readonly checkpointedTo: number;
}

type Fault = Pick<ChainJudgement, 'firstBadSeq' | 'lastBadSeq' | 'why' | 'shownBy'> & { readonly firstBadSeq: number };

/**
 * Judges a chain by its own links and by what was said of it outside. Links show a record that was altered, removed or
 * moved; that all of the rest was written anew, or the end cut off, only a witness shows, and then only between which
 * two of them.
 */
export function judgeChain(
  walk: Walk,
  witnesses: readonly Witness[],
  hashes: ReadonlyMap<number, string>,
): ChainJudgement {
  const inOrder = witnesses.toSorted((a, b) => a.seq - b.seq || a.number - b.number);
  const byLinks: Fault | null =
    walk.ok || walk.firstBadSeq === null
      ? null
      : { firstBadSeq: walk.firstBadSeq, lastBadSeq: walk.firstBadSeq, why: walk.why, shownBy: 'CHAIN' };
  const byWitness = firstContradiction(walk, inOrder, hashes);
  const [worst] = [byLinks, byWitness].filter((fault) => fault !== null).toSorted(byPlace);
  return {
    checked: walk.checked,
    checkpointedTo: inOrder.at(-1)?.seq ?? 0,
    ...(worst ? { ok: false, ...worst } : { ok: true, firstBadSeq: null, lastBadSeq: null, why: null, shownBy: null }),
  };
}

/** What is known to be wrong earliest comes first; links know the place exactly and go before a witness. */
const byPlace = (a: Fault, b: Fault): number => (a.lastBadSeq ?? 0) - (b.lastBadSeq ?? 0);

function firstContradiction(
  walk: Walk,
  inOrder: readonly Witness[],
  hashes: ReadonlyMap<number, string>,
): Fault | null {
  let good = 0;
  for (const { seq, hash, number, at } of inOrder) {
    const found = hashes.get(seq);
    if (found === hash) {
      good = seq;
      continue;
    }
    const says = `checkpoint ${number} of ${at}`;
    if (found === undefined && walk.ok) {
      const why = `the records from here on were cut off: ${says} has seen record ${seq}`;
      return { firstBadSeq: walk.checked + 1, lastBadSeq: walk.checked + 1, why, shownBy: 'CHECKPOINT' };
    }
    // Removed from the middle: the links show where.
    if (found === undefined) return null;
    const why = `the chain was written anew from here on, or from a record up to ${seq}: ${says} has seen another one`;
    // Two checkpoints may contradict each other about one record.
    return { firstBadSeq: Math.min(good + 1, seq), lastBadSeq: seq, why, shownBy: 'CHECKPOINT' };
  }
  return null;
}
