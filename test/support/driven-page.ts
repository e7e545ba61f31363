/** A page of a browser, however that is driven. */
export interface DrivenPage {
  open(url: string): Promise<void>;
  /** The value of an expression in the page, once it has settled, as JSON carries it. */
  evaluate(expression: string): Promise<unknown>;
  /** Takes the network away and gives it back, where the browser has a switch for it. */
  setOffline(isOffline: boolean): Promise<void>;
  /** Closes the browser. */
  close(): Promise<void>;
}
