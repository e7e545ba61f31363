import { Failure } from './failure.ts';
import type { FetchNodePathSegment, FetchRewrite } from './query-plan.ts';
import type { TypeCondition } from './type-conditions.ts';

type Fields = Record<string, unknown>;

/** Changes what the plan wants changed before an entity is named, or after an answer has come: a type's name, a key. */
export function rewrite(value: unknown, rewrites: readonly FetchRewrite[] | undefined, isOf: TypeCondition): void {
  for (const one of rewrites ?? []) {
    if ('KeyRenamer' in one) {
      const { path, renameKeyTo } = one.KeyRenamer;
      atEnd(value, path, isOf, (fields, key) => {
        if (!(key in fields)) return;
        fields[renameKeyTo] = fields[key];
        delete fields[key];
      });
    } else {
      const { path, setValueTo } = 'ValueSetter' in one ? one.ValueSetter : one;
      atEnd(value, path, isOf, (fields, key) => {
        fields[key] = setValueTo;
      });
    }
  }
}

function atEnd(
  value: unknown,
  [step, ...rest]: readonly FetchNodePathSegment[],
  isOf: TypeCondition,
  change: (fields: Fields, key: string) => void,
): void {
  if (step === undefined || typeof value !== 'object' || value === null || value instanceof Failure) return;
  if (Array.isArray(value)) {
    for (const item of value) atEnd(item, [step, ...rest], isOf, change);
    return;
  }
  const fields = value as Fields;
  if ('TypenameEquals' in step) {
    const typename = fields['__typename'];
    const applies = typeof typename !== 'string' || step.TypenameEquals.some((condition) => isOf(typename, condition));
    if (applies) atEnd(fields, rest, isOf, change);
  } else if (rest.length === 0) change(fields, step.Key);
  else atEnd(fields[step.Key], rest, isOf, change);
}
