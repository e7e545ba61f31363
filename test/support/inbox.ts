import { PAGE } from './paging.ts';

/** Asks a subgraph of a list of an inbox, as the gateway does. */
export const inboxQuery = (list: string, args: string, fields = PAGE, of: 'ME' | 'ANYBODY' = 'ME'): string =>
  `{ _entities(representations: [{ __typename: "Inbox", id: "${of}" }]) { ... on Inbox {
    ${list}${args === '' ? '' : `(${args})`} ${fields} } } }`;

/** The list in the answer. */
export const inboxIn = ({ _entities: [inbox] }: any): any => Object.values(inbox)[0];
