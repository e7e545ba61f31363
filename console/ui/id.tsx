import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { hrefOf, kindWords, idParts } from '../app/ids.ts';

/** A thing by its name, as a link to its page. */
export const AssetLink = ({
  id,
  children,
}: {
  readonly id: string;
  readonly children?: ComponentChildren;
}): JSX.Element => (
  <a href={hrefOf(id)} title={id}>
    {children ?? idParts(id).name}
  </a>
);

export const Kind = ({ id }: { readonly id: string }): JSX.Element => <>{kindWords(idParts(id).kind)}</>;

/** Text that is copied whole: an id, a digest, a command. */
export function Copy({ text, shown = text }: { readonly text: string; readonly shown?: string }): JSX.Element {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1_500);
  };
  return (
    <span class="id" title={text}>
      {shown}
      <button type="button" class="quiet" onClick={() => void copy()} aria-label={`Copy ${text}`}>
        {done ? 'copied' : 'copy'}
      </button>
    </span>
  );
}

export const Digest = ({ sha256 }: { readonly sha256: string }): JSX.Element => (
  <Copy text={sha256} shown={sha256.slice(0, 12)} />
);

/** An id that is copied whole, and shown without what all ids begin with. */
export const CopyId = ({ id }: { readonly id: string }): JSX.Element => (
  <Copy text={id} shown={id.split(':').slice(2).join(':')} />
);
