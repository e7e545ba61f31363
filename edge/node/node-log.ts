type Write = (details: object, message: string) => void;

/** Where a node writes down what happens to it; pino is one. */
export interface NodeLog {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}
