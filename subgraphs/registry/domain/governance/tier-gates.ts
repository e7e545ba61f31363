import { makeExplainer } from '../../../../core/reasons/explainer.ts';
import { compileModel } from '../../../../core/tabular/compile-plan.ts';
import type { Contract } from '../../../../schema/release.ts';
import type { EngineProof, GateResult } from '../version/model-version.ts';
import type { TierPolicy } from './tier-policy.ts';

/** What is known of a version when the gates of its tier are judged. */
export interface Built {
  readonly bytes: number;
  readonly operators: readonly string[];
  readonly contract: Contract;
  readonly proofs: readonly EngineProof[];
  /** The file; undefined where it could not be read. */
  readonly model: Uint8Array | undefined;
  /** The peak of the smoke run, where the tier asks for it and it was measured. */
  readonly memoryBytes: number | null;
  /** The number that is judged and to be explained; undefined without an evaluation that was recomputed. */
  readonly judged: { readonly output: string; readonly column: number; readonly rowsPerSecond: number } | undefined;
}

/** Security, performance and explainability, as far as the tier asks for them. */
export const tierGates = (policy: TierPolicy, built: Built): readonly GateResult[] =>
  [
    operatorsGate(policy, built),
    sizeGate(policy, built),
    latencyGate(policy, built),
    throughputGate(policy, built),
    memoryGate(policy, built),
    explainabilityGate(policy, built),
  ].flat();

function operatorsGate({ security: { operators: allowed } }: TierPolicy, { operators }: Built): GateResult[] {
  if (!allowed) return [];
  const strangers = operators.filter((operator) => !allowed.includes(operator));
  return [
    {
      gate: 'security.operators',
      passed: strangers.length === 0,
      detail: strangers.length > 0 ? `not allowed: ${strangers.join(', ')}` : `all allowed: ${operators.join(', ')}`,
      rule: `only the operators ${allowed.join(', ')}`,
      value: strangers.length,
      limit: 0,
      n: operators.length,
    },
  ];
}

function sizeGate({ security: { mostBytes } }: TierPolicy, { bytes }: Built): GateResult[] {
  if (mostBytes === null) return [];
  const rule = `at most ${mostBytes} bytes`;
  return [
    {
      gate: 'security.size',
      passed: bytes <= mostBytes,
      detail: `${bytes} bytes`,
      rule,
      value: bytes,
      limit: mostBytes,
    },
  ];
}

function latencyGate({ performance: { mostP99Ms } }: TierPolicy, { proofs }: Built): GateResult[] {
  if (mostP99Ms === null) return [];
  const rule = `the fastest proven engine answers a warm row within ${mostP99Ms} ms, at the 99th percentile`;
  const measured = proofs.flatMap(({ engine, agreement, p99Ms, rows }) =>
    agreement === 'OFF' || p99Ms === null ? [] : [{ engine, p99Ms, rows }],
  );
  const [fastest] = measured.toSorted((a, b) => a.p99Ms - b.p99Ms);
  if (!fastest) {
    return [{ gate: 'performance.latency', passed: false, detail: 'no engine was measured', rule, limit: mostP99Ms }];
  }
  const { engine, p99Ms, rows } = fastest;
  const passed = p99Ms <= mostP99Ms;
  const detail = `${engine} answers a warm row in ${p99Ms.toFixed(3)} ms at the 99th percentile`;
  return [{ gate: 'performance.latency', passed, detail, rule, value: p99Ms, limit: mostP99Ms, n: rows }];
}

function throughputGate({ performance: { leastRowsPerSecond: least } }: TierPolicy, { judged }: Built): GateResult[] {
  if (least === null) return [];
  const rule = `ONNX Runtime answers the rows of the evaluation at ${least} a second or more`;
  const head = { gate: 'performance.throughput', rule, limit: least };
  if (!judged) return [{ ...head, passed: false, detail: 'there is no evaluation whose rows could be run' }];
  const value = Math.round(judged.rowsPerSecond);
  return [{ ...head, passed: value >= least, detail: `${value} rows a second`, value }];
}

function memoryGate({ performance: { mostMemoryBytes: most } }: TierPolicy, { memoryBytes }: Built): GateResult[] {
  if (most === null) return [];
  const rule = `ONNX Runtime holds at most ${most} bytes while it answers the rows of the smoke run`;
  const head = { gate: 'performance.memory', rule, limit: most };
  if (memoryBytes === null) return [{ ...head, passed: false, detail: 'the smoke run did not come to an end' }];
  return [{ ...head, passed: memoryBytes <= most, detail: `${memoryBytes} bytes at most`, value: memoryBytes }];
}

function explainabilityGate({ explainability }: TierPolicy, { contract, proofs, model, judged }: Built): GateResult[] {
  if (!explainability) return [];
  const rule = 'an engine says exactly what each column adds to the score';
  const why = whyNotExplained({ contract, proofs, model, judged });
  return [
    {
      gate: 'explainability',
      passed: why === null,
      detail: why ?? `"${judged?.output}" is explained column by column`,
      rule,
    },
  ];
}

function whyNotExplained({
  contract,
  proofs,
  model,
  judged,
}: Pick<Built, 'contract' | 'proofs' | 'model' | 'judged'>): string | null {
  if (!judged) return 'no evaluation that was recomputed says which number is to be explained';
  const proof = proofs.find(({ engine }) => engine === 'tabular');
  if (!model || !proof || proof.agreement === 'OFF') {
    return `the engine that explains is not proven: ${proof?.difference ?? 'it does not run the model'}`;
  }
  const compiled = compileModel(model);
  if ('refused' in compiled) return compiled.refused;
  const widthOf = (input: string): number =>
    Math.max(1, contract.inputs.find(({ name }) => name === input)?.shape.at(-1) ?? 1);
  const explainer = makeExplainer(compiled.plan, { output: judged.output, index: judged.column, widthOf });
  return 'why' in explainer ? explainer.why : null;
}
