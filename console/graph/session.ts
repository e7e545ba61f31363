import { makeStore } from '../ui/use-sync-external.ts';
import type { Answer } from './ask.ts';

/** `none`: nobody has signed in here; `ended`: somebody had, and the server knows them no more. */
export const session = makeStore<'open' | 'none' | 'ended'>('open');

let wasAnswered = false;

/** Each answer tells whether the server still knows who asks, whichever part of the page asked. */
export function noteAnswer({ data, problems }: Answer<unknown>): void {
  if (data !== null) {
    wasAnswered = true;
    session.set('open');
  } else if (problems.some(({ code }) => code === 'UNAUTHENTICATED')) {
    session.set(wasAnswered ? 'ended' : 'none');
  }
}
