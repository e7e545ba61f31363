import { describe, expect, it } from 'vitest';
import type { Release, ReleaseApproval } from '../../../../subgraphs/registry/domain/serving/release.ts';
import {
  requireApprovedRecipe,
  requireWaiting,
  standingOf,
  withoutVersionNumbers,
} from '../../../../subgraphs/registry/domain/serving/release-approval.ts';
import { releaseOf } from './releases.ts';

const decided = (number: number, decision: ReleaseApproval['decision']): Release => ({
  ...releaseOf(number),
  approval: { decision, by: 'user:approver', at: new Date(0), reason: 'read' },
});

describe('how a release stands', () => {
  it.each([
    // its own decision, whether the deployment asks, that on the same recipe, so it stands
    [null, true, undefined, 'WAITING', null],
    [null, false, undefined, 'NOT_REQUIRED', null],
    [null, true, decided(1, 'APPROVED'), 'APPROVED', 1],
    ['APPROVED', true, undefined, 'APPROVED', 2],
    ['REJECTED', true, undefined, 'REJECTED', 2],
    ['REJECTED', true, decided(1, 'APPROVED'), 'REJECTED', 2],
  ] as const)('%s, asked for: %s, on the same recipe: %#', (own, requiresApproval, same, state, by) => {
    const release = own === null ? releaseOf(2) : decided(2, own);
    const standing = standingOf(release, { requiresApproval }, same);
    expect([standing.state, standing.decided?.number ?? null]).toEqual([state, by]);
    const mayAnswer = state === 'APPROVED' || state === 'NOT_REQUIRED';
    const answers = (): void => requireApprovedRecipe(release, standing);
    if (mayAnswer) expect(answers).not.toThrow();
    else expect(answers).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION' }));
    const decides = (): void => requireWaiting(release, standing);
    if (state === 'WAITING') expect(decides).not.toThrow();
    else expect(decides).toThrow(expect.objectContaining({ code: 'INVALID_TRANSITION' }));
  });
});

describe('what an approval speaks of', () => {
  const whole = (release: Release): object => withoutVersionNumbers('default', release.recipe);

  it('is the recipe with its models named and their versions left open', () => {
    expect(whole(releaseOf(1))).toEqual(whole(releaseOf(2)));
    expect(JSON.stringify(whole(releaseOf(1)))).not.toContain('model-version');
    const other = { ...releaseOf(1).recipe.models[0]!, version: 'tiffin:default:model-version:other@1' };
    expect(whole(releaseOf(1, { models: [other] }))).not.toEqual(whole(releaseOf(1)));
    const bolder = { decision: { threshold: 0.9, above: 'A', below: 'B' } };
    expect(whole(releaseOf(1, { output: bolder }))).not.toEqual(whole(releaseOf(1)));
  });
});
