import { DomainError } from '../errors.ts';
import type { OnnxNode } from '../onnx/read-graph.ts';

/** Why the tabular engine does not run a model: the operator, and what of it is not known. */
export const refuse = (
  { operator, name }: Pick<OnnxNode, 'operator' | 'name'>,
  why: string,
  allowed: readonly string[] = [],
): DomainError =>
  new DomainError('INVALID_INPUT', `${operator}${name === '' ? '' : ` "${name}"`}: ${why}`, {
    field: 'artifact',
    operator,
    ...(allowed.length > 0 && { allowed }),
  });

/** Refuses attributes that are not known here: what they mean would be left out. */
export function refuseStrangers(node: OnnxNode, known: readonly string[]): void {
  const stranger = node.attributes.names.find((name) => !known.includes(name));
  if (stranger !== undefined) throw refuse(node, `its attribute ${stranger} is not known`, known);
}

/** A choice that an attribute makes by name. */
export function choiceOf<T extends string>(node: OnnxNode, attribute: string, allowed: readonly T[], byDefault: T): T {
  const text = node.attributes.text(attribute) ?? byDefault;
  const found = allowed.find((one) => one === text);
  if (found === undefined)
    throw refuse(node, `${attribute} is ${text}, and allowed are ${allowed.join(', ')}`, allowed);
  return found;
}
