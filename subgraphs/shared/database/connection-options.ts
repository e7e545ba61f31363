/**
 * How long a transaction may wait for its own process, in milliseconds. A process that is frozen keeps its connections,
 * and would keep what they hold from all others for ever: Postgres ends such a transaction, and it is as if it had not begun.
 */
export const TRANSACTION_IDLE_MS = 15_000;

/** Settings of each connection of a schema, in the form of Postgres's `options`. */
export const connectionOptions = (schema: string): string =>
  `-c search_path=${schema},public -c idle_in_transaction_session_timeout=${TRANSACTION_IDLE_MS}`;
