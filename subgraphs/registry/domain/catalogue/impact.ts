import type { UrnKind } from '../../../../core/urn.ts';
import type { Reach, WalkedReach } from './asset-graph.ts';

/** How many assets of each kind, and how many so many steps away; the start is none of them. */
export interface ReachCounts {
  readonly total: number;
  readonly kinds: readonly { readonly kind: UrnKind; readonly count: number }[];
  readonly degrees: readonly { readonly degree: number; readonly count: number }[];
}

export interface ReachedAsset {
  readonly urn: string;
  readonly degree: number;
}

/** One page, by keyset: what comes after so many steps and an id. */
interface ReachPage {
  readonly first: number;
  readonly after: readonly (string | number)[] | null;
}

export function countsOf({ kinds, degrees }: Pick<WalkedReach, 'kinds' | 'degrees'>): ReachCounts {
  const ofKind = new Map<UrnKind, { count: number }>();
  const ofDegree: { degree: number; count: number }[] = [];
  let last: { degree: number; count: number } | undefined;
  for (let i = 1; i < kinds.length; i++) {
    const kind = kinds[i] as UrnKind;
    const held = ofKind.get(kind);
    if (held) held.count++;
    else ofKind.set(kind, { count: 1 });
    const degree = degrees[i] ?? 0;
    // Nearest first: the next of another degree is of a greater one.
    if (last?.degree === degree) last.count++;
    else ofDegree.push((last = { degree, count: 1 }));
  }
  return {
    total: kinds.length - 1,
    kinds: [...ofKind]
      .map(([kind, { count }]) => ({ kind, count }))
      .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1)),
    degrees: ofDegree,
  };
}

/**
 * Up to `first + 1` of the reached assets behind a cursor, by steps and then by id. Of tens of thousands that stand so many
 * steps away only the first few are sought out, not all of them put in order.
 */
export function pageOfReach({ urns, degrees }: Reach, { first, after }: ReachPage): readonly ReachedAsset[] {
  const [behindDegree = 0, behindUrn = ''] = after ?? [];
  const page: ReachedAsset[] = [];
  for (let i = 1; i < urns.length; i++) {
    const urn = urns[i] ?? '';
    const degree = degrees[i] ?? 0;
    if (degree < Number(behindDegree) || (degree === Number(behindDegree) && urn <= String(behindUrn))) continue;
    const last = page.at(-1);
    if (page.length > first && last) {
      if (degree > last.degree) break;
      if (degree === last.degree && urn >= last.urn) continue;
      page.pop();
    }
    const at = page.findIndex((one) => one.degree > degree || (one.degree === degree && one.urn > urn));
    page.splice(at === -1 ? page.length : at, 0, { urn, degree });
  }
  return page;
}
