import { styleText } from 'node:util';
import { cell, shortId } from '../output/short.ts';
import type { DefinitionChange } from './send.ts';
import type { Plan, PlannedChange } from './plan.ts';

const SIGNS = { CREATE: '+', UPDATE: '~', NEW_VERSION: '~', UNCHANGED: '=' } as const;
const COLOURS = { CREATE: 'green', UPDATE: 'yellow', NEW_VERSION: 'yellow', UNCHANGED: 'gray' } as const;
const MOST_READERS = 6;

/** A plan as a person reads it. What does not change is counted, not listed. */
export function planText({ changes, later }: Plan, isColored: boolean): string {
  const changed = changes.filter(({ action }) => action !== 'UNCHANGED');
  return [
    ...changed.flatMap((change) => [headline(change, isColored), ...details(change)]),
    ...later.map(
      ({ kind, input }) =>
        `? ${kind} ${cell(input['name'] ?? input['deployment'])}  builds on what this plan makes: checked when it is applied`,
    ),
    summary(changes, later.length),
  ].join('\n');
}

export function summary(changes: readonly DefinitionChange[], later = 0): string {
  const count = (...actions: readonly DefinitionChange['action'][]): number =>
    changes.filter(({ action }) => actions.includes(action)).length;
  const [made, changed] = [count('CREATE'), count('UPDATE', 'NEW_VERSION')];
  const parts = [`${made} to create`, `${changed} to change`, `${count('UNCHANGED')} as it stands`];
  return [...parts, ...(later > 0 ? [`${later} to check later`] : [])].join(', ');
}

function headline({ action, kind, id, beforeId }: PlannedChange, isColored: boolean): string {
  const name = action === 'NEW_VERSION' && beforeId !== null ? `${shortId(beforeId)} → ${shortId(id)}` : shortId(id);
  const sign = isColored ? styleText(COLOURS[action], SIGNS[action], { validateStream: false }) : SIGNS[action];
  return `${sign} ${kind} ${name}`;
}

function details({ action, beforeId, differences, readBy, liveReleases }: PlannedChange): string[] {
  if (action === 'CREATE') return [];
  const reader = action === 'NEW_VERSION' ? `stay with ${shortId(beforeId ?? '')}` : 'read by';
  return [
    ...differences.map(({ path, before, after }) => `    ${path}: ${cell(before)} → ${cell(after)}`),
    ...(liveReleases.length > 0 ? [`    live releases that read it: ${someOf(liveReleases, shortId)}`] : []),
    ...(readBy.length > 0 ? [`    ${reader}: ${someOf(readBy, kindAndName)}`] : []),
  ];
}

function someOf(ids: readonly string[], shown: (id: string) => string): string {
  const more = ids.length > MOST_READERS ? `, and ${ids.length - MOST_READERS} more` : '';
  return `${ids.slice(0, MOST_READERS).map(shown).join(', ')}${more}`;
}

function kindAndName(id: string): string {
  const [, , kind = ''] = id.split(':');
  return `${kind} ${shortId(id)}`;
}
