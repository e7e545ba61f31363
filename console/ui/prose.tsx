import type { JSX } from 'preact';

type Block =
  | { readonly kind: 'heading' | 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: string[] };

/** Headings, lists and paragraphs of a model card: as much Markdown as people write into a description. */
function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const line of text.split('\n').map((one) => one.trim())) {
    const last = blocks.at(-1);
    if (line === '') continue;
    if (/^#+ /.test(line)) blocks.push({ kind: 'heading', text: line.replace(/^#+ /, '') });
    else if (/^[-*] /.test(line)) {
      if (last?.kind === 'list') last.items.push(line.slice(2));
      else blocks.push({ kind: 'list', items: [line.slice(2)] });
    } else blocks.push({ kind: 'text', text: line });
  }
  return blocks;
}

/** What a line has room for: the first paragraph that is no heading. */
export function summaryOf(text: string): string {
  const blocks = blocksOf(text);
  const block = blocks.find(({ kind }) => kind === 'text') ?? blocks[0];
  return block === undefined ? '' : block.kind === 'list' ? (block.items[0] ?? '') : block.text;
}

export const Prose = ({ text }: { readonly text: string }): JSX.Element => (
  <div class="prose">
    {blocksOf(text).map((block, at) => {
      if (block.kind === 'heading') return <h3 key={at}>{block.text}</h3>;
      if (block.kind !== 'list') return <p key={at}>{block.text}</p>;
      return (
        <ul key={at}>
          {block.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      );
    })}
  </div>
);
