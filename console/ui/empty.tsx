import type { ComponentChildren, JSX } from 'preact';

/** Nothing of the kind was ever made: what the page will answer, and the one command that fills it. */
export const NeverUsed = ({
  title,
  children,
  command,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly command?: string;
}): JSX.Element => (
  <div class="empty">
    <p>
      <strong>{title}</strong>
    </p>
    <p>{children}</p>
    {command !== undefined && <code>{command}</code>}
  </div>
);

/** Things are there, but none that the filter lets through. */
export const FilteredAway = ({ what, clear }: { readonly what: string; readonly clear: () => void }): JSX.Element => (
  <div class="empty">
    <p>
      <strong>No {what} under this filter.</strong> There may be others without it.
    </p>
    <button type="button" onClick={clear}>
      Clear the filter
    </button>
  </div>
);
