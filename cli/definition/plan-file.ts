import { readFile, writeFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { DEFINITION_KINDS, type DefinitionKind } from '../../schema/definition-kinds.ts';
import type { Plan } from './plan.ts';
import type { WrittenDefinition } from './written.ts';

const FORMAT = 'tiffin-plan/1';

const PlanFile = z.object({
  format: z.literal(FORMAT),
  graph: z.string(),
  definitions: z.array(
    z.object({
      kind: z.enum(Object.keys(DEFINITION_KINDS) as [DefinitionKind]),
      input: z.record(z.string(), z.unknown()),
    }),
  ),
  expected: z.array(z.object({ subject: z.string(), fingerprint: z.nullable(z.string()) })),
});

/** A plan that was kept: what to apply, where, and what has to stand still for it. */
export type KeptPlan = z.infer<typeof PlanFile>;

export const expectedOf = ({ changes }: Plan): KeptPlan['expected'] =>
  changes.map(({ subject, fingerprint }) => ({ subject, fingerprint }));

export async function keepPlan(
  path: string,
  graph: string,
  definitions: readonly WrittenDefinition[],
  plan: Plan,
): Promise<void> {
  const kept: KeptPlan = {
    format: FORMAT,
    graph,
    definitions: definitions.map(({ kind, input }) => ({ kind, input: { ...input } })),
    expected: expectedOf(plan),
  };
  await writeFile(path, `${JSON.stringify(kept, null, 2)}\n`);
}

/** Reads a kept plan. Fails where the file is none. */
export async function readPlan(path: string): Promise<KeptPlan> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw wrong(path, 'there is no such file');
  let written: unknown;
  try {
    written = JSON.parse(text);
    return PlanFile.parse(written);
  } catch {
    const { format } = (written ?? {}) as { format?: unknown };
    if (typeof format === 'string' && format !== FORMAT) {
      throw wrong(path, `format: is ${format}, of another version of tiffin, and must be ${FORMAT}: plan again`);
    }
    throw wrong(path, 'is no plan: `tiffin plan --out` writes one, and definitions are named with -f');
  }
}

/** The definitions of a kept plan; a refusal names the plan, since their files may be gone. */
export const definitionsOf = (path: string, { definitions }: KeptPlan): WrittenDefinition[] =>
  definitions.map(({ kind, input }, i) => ({ kind, input, placeOf: () => `${path}: definition ${i + 1} (${kind})` }));

const wrong = (path: string, message: string): Failure =>
  new Failure(`${path}: ${message}`, EXIT.usage, { code: 'INVALID_INPUT' });
