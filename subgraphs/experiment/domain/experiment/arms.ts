import { Name } from '../../../../schema/common.ts';
import type { Arm } from '../study.ts';
import { refuse } from '../refuse.ts';

/** With more arms each of them would get hardly any units, and the correction for many would hide what there is. */
export const MOST_ARMS = 10;

/** The arms with the control first. Throws INVALID_INPUT where no arm has its name. */
export function controlFirst<A extends { readonly name: string }>(arms: readonly A[], control: string): readonly A[] {
  const found = arms.find(({ name }) => name === control);
  if (!found) {
    throw refuse(
      'control',
      `no arm is called "${control}"`,
      arms.map(({ name }) => name),
    );
  }
  return [found, ...arms.filter((arm) => arm !== found)];
}

/** Throws INVALID_INPUT unless there are several arms, each with a name and a release of its own. */
export function checkArms(arms: readonly Arm[]): void {
  if (arms.length < 2 || arms.length > MOST_ARMS) {
    throw refuse('arms', `there are ${arms.length}; allowed: 2 to ${MOST_ARMS}`);
  }
  for (const [i, { name, release }] of arms.entries()) {
    const checked = Name.safeParse(name);
    if (!checked.success) throw refuse('arms', `"${name}": ${checked.error.issues[0]?.message ?? 'not a name'}`);
    const before = arms.slice(0, i);
    if (before.some((arm) => arm.name === name)) throw refuse('arms', `two arms are called "${name}"`);
    const same = before.find((arm) => arm.release === release);
    if (same) throw refuse('arms', `${same.name} and ${name} serve the same release: there is nothing to compare`);
  }
}
