import type { AttributeSpec } from '../../../../core/onnx/write-model.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

export interface TreesSpec {
  readonly seed: number;
  readonly trees: number;
  readonly features: number;
  readonly targets: number;
  /** Drawn from for each split: `BRANCH_LEQ`. */
  readonly modes: readonly string[];
  readonly missing: boolean;
  /** The thresholds and weights as doubles. */
  readonly doubles?: boolean;
  readonly kind: 'target' | 'class';
  /** Which targets a leaf has weights for: all, one that is drawn, or always the same. */
  readonly covers: 'all' | 'one' | number;
  readonly positive?: boolean;
}

interface RandomTrees {
  readonly attributes: Readonly<Record<string, AttributeSpec>>;
  readonly thresholds: readonly number[];
}

const THRESHOLDS = [0, -0, 0.5, -0.5, 1, 2, 3, 40, Infinity, -Infinity, 1.401298464324817e-45];

/** Trees that no trainer would make: each option of the operator, thresholds where floats end, ways that are drawn. */
export function randomTrees(spec: TreesSpec): RandomTrees {
  const random = seededRandom(spec.seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const nodes = {
    tree: [] as number[],
    id: [] as number[],
    feature: [] as number[],
    mode: [] as string[],
    value: [] as number[],
    yes: [] as number[],
    no: [] as number[],
    missing: [] as number[],
  };
  const leaves = { tree: [] as number[], id: [] as number[], target: [] as number[], weight: [] as number[] };
  for (let tree = 0; tree < spec.trees; tree++) {
    let next = 0;
    const add = (depth: number): number => {
      const id = next++;
      const isLeaf = depth === 0 || random() < 0.15;
      const at = nodes.tree.push(tree) - 1;
      nodes.id.push(id);
      nodes.mode.push(isLeaf ? 'LEAF' : pick(spec.modes));
      nodes.feature.push(isLeaf ? 0 : Math.floor(random() * spec.features));
      nodes.value.push(isLeaf ? 0 : random() < 0.7 ? pick(THRESHOLDS) : (random() - 0.5) * 5);
      nodes.missing.push(!isLeaf && spec.missing && random() < 0.5 ? 1 : 0);
      nodes.yes.push(0);
      nodes.no.push(0);
      if (isLeaf) {
        const own =
          spec.covers === 'all'
            ? Array.from({ length: spec.targets }, (_, i) => i)
            : [spec.covers === 'one' ? Math.floor(random() * spec.targets) : spec.covers];
        for (const target of own) {
          leaves.tree.push(tree);
          leaves.id.push(id);
          leaves.target.push(target);
          leaves.weight.push(spec.positive ? random() : (random() - 0.5) * 3);
        }
        return id;
      }
      nodes.yes[at] = add(depth - 1);
      nodes.no[at] = add(depth - 1);
      return id;
    };
    add(4);
  }
  const numbers = (name: string, data: readonly number[]): Record<string, AttributeSpec> =>
    spec.doubles
      ? { [`${name}_as_tensor`]: { tensor: { name, dtype: 'float64', shape: [data.length], data } } }
      : { [name]: { floats: data } };
  return {
    thresholds: nodes.value,
    attributes: {
      nodes_treeids: { ints: nodes.tree },
      nodes_nodeids: { ints: nodes.id },
      nodes_featureids: { ints: nodes.feature },
      nodes_modes: { strings: nodes.mode },
      ...numbers('nodes_values', nodes.value),
      nodes_truenodeids: { ints: nodes.yes },
      nodes_falsenodeids: { ints: nodes.no },
      ...(spec.missing && { nodes_missing_value_tracks_true: { ints: nodes.missing } }),
      [`${spec.kind}_treeids`]: { ints: leaves.tree },
      [`${spec.kind}_nodeids`]: { ints: leaves.id },
      [`${spec.kind}_ids`]: { ints: leaves.target },
      ...numbers(`${spec.kind}_weights`, leaves.weight),
    },
  };
}
