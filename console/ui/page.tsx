import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Away } from './problems.tsx';

interface PageProps {
  readonly title: string;
  /** Of the browser’s tab, where the title alone would not say it. */
  readonly tab?: string;
  readonly eyebrow?: ComponentChildren;
  readonly states?: ComponentChildren;
  readonly lead?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A page with its heading, which has the focus when one comes here, so that a screen reader begins there. */
export function Page({ title, tab = title, eyebrow, states, lead, actions, children }: PageProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tab} · Tiffin`;
    heading.current?.focus({ preventScroll: true });
  }, [tab]);
  return (
    <div class="page">
      <div class="head">
        <div>
          {eyebrow !== undefined && <p class="eyebrow">{eyebrow}</p>}
          <div class="title">
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {states}
          </div>
          {lead !== undefined && <p class="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      <Away />
      {children}
    </div>
  );
}
