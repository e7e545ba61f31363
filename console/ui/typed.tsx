import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface TypedProps {
  /** What holds now. */
  readonly value: string;
  readonly placeholder: string;
  readonly list?: string;
  readonly take: (text: string) => void;
}

/** A field whose text is taken with Enter, or when it is left. News that draw the page again do not take away what is half typed. */
export function Typed({ value, placeholder, list, take }: TypedProps): JSX.Element {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <input
      value={text}
      list={list}
      placeholder={placeholder}
      onInput={({ currentTarget }) => setText(currentTarget.value)}
      onChange={({ currentTarget }) => take(currentTarget.value.trim())}
    />
  );
}
