/** `syntax` and `type`: the text is wrong. `unsupported`: it is PromQL, but not of the subset. `execution`: the data do not allow it. */
export type PromqlFault = 'syntax' | 'type' | 'unsupported' | 'execution';

/** Why an expression has no answer, and where in its text. */
export class PromqlError extends Error {
  override readonly name = 'PromqlError';
  readonly fault: PromqlFault;
  /** Offset in the text; null where no place is to blame. */
  readonly position: number | null;

  constructor(fault: PromqlFault, message: string, position: number | null = null) {
    super(message);
    this.fault = fault;
    this.position = position;
  }
}
