import type { JSX } from 'preact';

/** What was found, each place between `**` as the server marks it. */
export const Highlights = ({ of }: { readonly of: readonly string[] }): JSX.Element => (
  <>
    {of.map((snippet, line) => (
      <span key={snippet}>
        {line > 0 && ' … '}
        {snippet.split('**').map((part, at) => (at % 2 === 1 ? <mark key={at}>{part}</mark> : part))}
      </span>
    ))}
  </>
);
