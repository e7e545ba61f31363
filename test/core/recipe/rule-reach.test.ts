import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../core/expression/compile.ts';
import { judge } from '../../../core/recipe/judge.ts';
import { unreachable, type Reached } from '../../../core/recipe/rule-reach.ts';
import type { CompiledRule } from '../../../core/recipe/rules.ts';

const names = { score: 'double', items: 'int', country: 'string', known: 'bool' } as const;

// Few values, so that bounds meet, and NaN and missing ones among them.
const doubles = [-1, 0, 0.5, 1];
const part = fc.oneof(
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), fc.constantFrom(...doubles))
    .map(([op, value]) => `score ${op} ${value.toFixed(1)}`),
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>=', '=='), fc.integer({ min: -1, max: 2 }))
    .map(([op, value]) => `${value} ${op} items`),
  fc.constantFrom('country == "a"', 'country in ["a", "b"]', 'country != "b"', 'known', '!known', 'true', 'false'),
  fc.constantFrom('10 / items > 4', 'score * 2.0 > 1.0', 'known ? score > 0.0 : items > 0'),
);
const condition = fc.letrec<{ node: string; join: string }>((tie) => ({
  node: fc.oneof({ maxDepth: 2 }, part, tie('join')),
  join: fc
    .tuple(tie('node'), fc.constantFrom('&&', '||'), tie('node'))
    .map(([left, op, right]) => `(${left} ${op} ${right})`),
})).node;
const values = fc.record({
  score: fc.option(fc.constantFrom(...doubles, 0.2, Number.NaN, Infinity)),
  items: fc.option(fc.integer({ min: -2, max: 3 })),
  country: fc.option(fc.constantFrom('a', 'b', 'c')),
  known: fc.option(fc.boolean()),
});

describe('what can never fire', () => {
  it('never decides, whatever the values are', () => {
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 1, maxLength: 4 }),
        fc.array(values, { minLength: 30 }),
        (texts, all) => {
          const before: Reached[] = [];
          const rules = texts.map((text, i): CompiledRule => {
            const compiled = compileExpression(text, names, 'bool');
            const rule = { name: `r${i}`, action: 'A', confidence: 1, reason: text, onError: 'SKIP' as const };
            return { ...rule, condition: compiled, readsScore: true };
          });
          const dead = new Set<string>();
          for (const { name, condition: own } of rules) {
            if (unreachable(own.root, { at: name, name }, before) !== null) dead.add(name);
          }
          refused += dead.size;
          for (const one of all) {
            const { decided } = judge(rules, one);
            if (decided) expect([...dead], JSON.stringify(one)).not.toContain(decided.name);
          }
        },
      ),
      { numRuns: 400 },
    );
    // The law is not kept by refusing nothing.
    expect(refused).toBeGreaterThan(50);
  });
});
