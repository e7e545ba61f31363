import { BEAT, serverEventText, type ServerEvent } from '../../../core/server-events.ts';

export interface EventStreamOptions {
  /** How often a reader hears that we are still there. */
  readonly beatMs: number;
  /** How long a reader may take nothing. */
  readonly stallMs: number;
  /** The reader has taken nothing for that long: now `events` must end, with a reason as its last one. */
  readonly onStall: () => void;
  /** Cuts the connection of a reader that does not even take the reason. */
  readonly cut: () => void;
  /** Nobody reads any more. */
  readonly onCancel: () => void;
}

export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies of the nginx family would keep events back.
  'x-accel-buffering': 'no',
};

const LAST_WORD_MS = 5_000;

/** Server-sent events as the body of an answer. No event is asked for before the reader has taken the one before it. */
export function eventStream(
  events: AsyncGenerator<ServerEvent, void, undefined>,
  { beatMs, stallMs, onStall, cut, onCancel }: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let readAt = performance.now();
  let beat: NodeJS.Timeout | undefined;
  let isClosed = false;

  const give = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<boolean> => {
    const { done, value } = await events.next();
    if (isClosed) return false;
    if (!done) {
      controller.enqueue(encoder.encode(serverEventText(value)));
      return true;
    }
    isClosed = true;
    clearInterval(beat);
    controller.close();
    return false;
  };
  const giveUp = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    clearInterval(beat);
    onStall();
    setTimeout(cut, LAST_WORD_MS).unref();
    while (await give(controller));
  };

  return new ReadableStream({
    start: (controller) => {
      beat = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) {
          readAt = performance.now();
          controller.enqueue(encoder.encode(BEAT));
        } else if (performance.now() - readAt >= stallMs) giveUp(controller).catch(cut);
      }, beatMs);
      beat.unref();
    },
    pull: async (controller) => {
      readAt = performance.now();
      try {
        await give(controller);
      } catch (error) {
        clearInterval(beat);
        throw error;
      }
    },
    cancel: async () => {
      isClosed = true;
      clearInterval(beat);
      onCancel();
      await events.return();
    },
  });
}

/** Whether the caller wants server-sent events. */
export const wantsEvents = (accept: string | undefined): boolean => (accept ?? '').includes('text/event-stream');
