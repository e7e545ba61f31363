import { DomainError } from '../../../core/errors.ts';
import type { OwnKey, Settled } from '../../control-plane/node-identity.ts';
import type { ObjectRecordLog } from './object-record-log.ts';

/** How often the object is asked which key counts. */
const ASK_MS = 60_000;
/** Half of the time for which the key before is good after a rotation: a worker that nobody asked may have missed one. */
const GOOD_MS = 300_000;

/** The node's own key as a worker knows it: the object, of which there is one, makes, enrols and rotates it. */
export class ObjectIdentity implements OwnKey {
  readonly #object: ObjectRecordLog;
  readonly #nowMs: () => number;
  #key = '';
  #askedAtMs = -Infinity;
  #failed = false;

  private constructor(object: ObjectRecordLog, nowMs: () => number) {
    this.#object = object;
    this.#nowMs = nowMs;
  }

  /** Throws FAILED_PRECONDITION for a node that has neither an enrolled key nor a token to enrol one. */
  static async open(
    object: ObjectRecordLog,
    { hasToken, nowMs }: { readonly hasToken: boolean; readonly nowMs: () => number },
  ): Promise<ObjectIdentity> {
    const identity = new ObjectIdentity(object, nowMs);
    if ((await identity.#ask()).isEnrolled || hasToken) return identity;
    throw new DomainError(
      'FAILED_PRECONDITION',
      'TIFFIN_EDGE_KEY: is not set, nor is TIFFIN_EDGE_ENROL_TOKEN, and this node has not enrolled a key before',
      { field: 'TIFFIN_EDGE_KEY' },
    );
  }

  get key(): string {
    return this.#key;
  }

  /** Asks again where the key may have ended meanwhile: before a request is answered with it. */
  async freshen(): Promise<void> {
    if (this.#nowMs() - this.#askedAtMs > GOOD_MS) await this.settle();
  }

  async settle(): Promise<Settled> {
    if (!this.#failed && this.#nowMs() - this.#askedAtMs < ASK_MS) return { kind: 'UNCHANGED' };
    try {
      return (await this.#ask()).settled;
    } catch (error) {
      this.#failed = true;
      return { kind: 'FAILED', reason: error instanceof Error ? error.message : 'the object gives no answer' };
    }
  }

  async #ask(): Promise<Awaited<ReturnType<ObjectRecordLog['ownKey']>>> {
    this.#askedAtMs = this.#nowMs();
    const reply = await this.#object.ownKey();
    this.#key = reply.key;
    this.#failed = reply.settled.kind === 'FAILED';
    return reply;
  }
}
