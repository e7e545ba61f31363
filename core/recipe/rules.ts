import type { Dtype } from '../../schema/common.ts';
import type { Recipe, Rule } from '../../schema/recipe.ts';
import { DomainError } from '../errors.ts';
import type { Expression } from '../expression/expression.ts';
import { readsOf } from '../expression/reads.ts';
import type { PlannedFeature } from './features.ts';
import type { Names, NameTypes } from './names.ts';
import type { Report } from './problem.ts';
import { checkActions } from './rule-checks.ts';
import { unreachable, type Reached } from './rule-reach.ts';

/** A rule with its condition checked. */
export interface CompiledRule extends Omit<Rule, 'when'> {
  readonly condition: Expression;
  /** Whether it asks for the score, or for that of a model. */
  readonly readsScore: boolean;
}

/** What the condition of a rule may read. */
export interface RuleNames {
  readonly types: NameTypes;
  /** Groups of names that may be missing, to be asked with `has(inputs.note)`. */
  readonly groups: ReadonlyMap<string, NameTypes>;
}

/** Gives the checked condition of a rule. Throws INVALID_INPUT where there is none. */
export type RuleSource = (rule: Rule, i: number, names: RuleNames) => Expression;

/** The name of the combined score in a rule. */
export const SCORE_NAME = 'score';

/** The groups of names in a rule, which hold what a request may lack. */
export const RULE_GROUPS = ['inputs', 'features'] as const;

/** The rules of a recipe in their order, each of which can decide. Names are declared already, models included. */
export function compiledRules(
  recipe: Recipe,
  features: readonly PlannedFeature[],
  names: Names,
  conditionOf: RuleSource,
  report: Report,
): CompiledRule[] {
  const { rules, inputs, models } = recipe;
  if (rules.length === 0) return [];
  names.declare(SCORE_NAME, 'FLOAT64', 'rules');
  const readable: RuleNames = {
    types: names.types,
    groups: groupsOf(names.types, {
      inputs: inputs.flatMap(({ name, dtype, shape }) => (shape ? [] : [[name, dtype] as const])),
      features: features.map(({ name, dtype }) => [name, dtype] as const),
    }),
  };
  checkActions(recipe, report);
  const scores = new Set([SCORE_NAME, ...(models.length > 1 ? models.map(({ name }) => name) : [])]);
  const before: Reached[] = [];
  const known = new Set<string>();
  return rules.flatMap((rule, i) => {
    const at = `rules.${i}`;
    if (known.has(rule.name)) report(`${at}.name`, `there is a rule "${rule.name}" before it`);
    known.add(rule.name);
    let condition: Expression;
    try {
      condition = conditionOf(rule, i, readable);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      report(`${at}.when`, error.message);
      return [];
    }
    const why = unreachable(condition.root, { at, name: rule.name }, before);
    if (why !== null) report(`${at}.when`, why);
    const { when: _, ...rest } = rule;
    const readsScore = [...readsOf(condition.root)].some((read) => scores.has(read));
    return [{ ...rest, condition, readsScore }];
  });
}

/** A group stands in the space of names like any other name: one that is in use already is not there. */
function groupsOf(
  types: NameTypes,
  groups: Readonly<Record<(typeof RULE_GROUPS)[number], readonly (readonly [string, Dtype])[]>>,
): ReadonlyMap<string, NameTypes> {
  const free = RULE_GROUPS.filter((group) => !types.has(group) && groups[group].length > 0);
  return new Map(free.map((group) => [group, new Map(groups[group])]));
}
