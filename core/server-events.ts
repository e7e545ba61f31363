/** One event of a stream of server-sent events (WHATWG HTML §9.2). */
export interface ServerEvent {
  /** What kind of event; left out for the usual one. */
  readonly name?: string | undefined;
  /** Left out where the event only says where the stream stands. */
  readonly data?: string | undefined;
  /** Where to go on after it: what `last-event-id` takes. */
  readonly id?: string | undefined;
}

/** A comment: it says that the other side is still there. */
export const BEAT = ': still here\n\n';

/** An event as text; its data may have several lines. */
export function serverEventText({ name, data, id }: ServerEvent): string {
  const lines = [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(name === undefined ? [] : [`event: ${name}`]),
    ...(data === undefined ? [] : data.split(/\r\n|\n|\r/).map((line) => `data: ${line}`)),
  ];
  return `${lines.join('\n')}\n\n`;
}

/** The events of a stream, as they come; null for a comment. One that the stream ends within is dropped. */
export async function* serverEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent | null> {
  const decoder = new TextDecoder();
  let rest = '';
  let event: { name?: string; data?: string; id?: string } = {};
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (Object.keys(event).length > 0) yield event;
        event = {};
        continue;
      }
      if (line.startsWith(':')) yield null;
      const { field, value } = fieldOf(line);
      if (field === 'data') event.data = event.data === undefined ? value : `${event.data}\n${value}`;
      else if (field === 'event') event.name = value;
      else if (field === 'id' && !value.includes('\0')) event.id = value;
    }
  }
}

function fieldOf(line: string): { readonly field: string; readonly value: string } {
  const colon = line.indexOf(':');
  if (colon === -1) return { field: line, value: '' };
  return { field: line.slice(0, colon), value: line.slice(colon + 1).replace(/^ /, '') };
}
