/** Whose inbox: what whoever asks may deal with, or what anybody may. */
export const INBOXES = ['ME', 'ANYBODY'] as const;
export type InboxOf = (typeof INBOXES)[number];

/** As its id names it. Undefined for what is none. */
export const inboxOf = (id: string): InboxOf | undefined => INBOXES.find((inbox) => inbox === id);
