import { expect } from 'vitest';
import { FactPage } from '../../schema/fact.ts';
import { testKeys } from './keys.ts';
import type { TestMonitoring } from './monitoring.ts';

/** One page of the feed of facts. */
export async function facts({ subgraph }: TestMonitoring, after?: string, waitMs = 0): Promise<FactPage> {
  const query = new URLSearchParams({ wait: String(waitMs), ...(after !== undefined && { after }) });
  const answer = await subgraph.app.request(`/internal/facts?${query.toString()}`, {
    headers: { authorization: `Bearer ${testKeys.with('events:read')}` },
  });
  expect(answer.status).toBe(200);
  return FactPage.parse(await answer.json());
}

/**
 * Waits until so many facts can be read: one becomes readable once no older transaction runs on
 * the server, be it of another database. What stays out for twenty seconds does not come.
 */
export async function atLeast(own: TestMonitoring, count: number, after?: string): Promise<FactPage> {
  let page = await facts(own, after, 1_000);
  for (let empty = 0; page.facts.length < count && empty < 4;) {
    const more = await facts(own, page.cursor, 5_000);
    if (more.facts.length === 0) empty += 1;
    page = { ...more, facts: [...page.facts, ...more.facts] };
  }
  return page;
}
