const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Text as HTML. */
export const text = (value: string | number | null | undefined): string =>
  String(value ?? '–').replaceAll(/[&<>"']/g, (character) => ESCAPED[character] ?? character);
export const time = (at: Date | null): string => (at === null ? '–' : text(at.toISOString()));
export const hash = (value: string | null): string => (value === null ? '–' : `<code>${text(value)}</code>`);

/** A table; cells are HTML already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? '<p>none</p>'
    : `<table><thead><tr>${head.map((cell) => `<th scope="col">${text(cell)}</th>`).join('')}</tr></thead><tbody>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
        .join('')}</tbody></table>`;

export const facts = (rows: readonly (readonly [string, string])[]): string =>
  `<dl>${rows.map(([name, value]) => `<dt>${text(name)}</dt><dd>${value}</dd>`).join('')}</dl>`;

export const section = (id: string, title: string, ...parts: readonly string[]): string =>
  `<section id="${id}"><h2>${text(title)}</h2>${parts.join('')}</section>`;

// No script, no outside file: it opens anywhere, prints on paper, and can be kept for ten years.
export const STYLE = `body{font:14px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #999}
table{border-collapse:collapse;width:100%;font-size:12px}th,td{border:1px solid #bbb;padding:.25rem .4rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{overflow-wrap:normal}td:first-child{min-width:5rem}
thead{display:table-header-group}tr{break-inside:avoid}code,pre{font-size:11px;overflow-wrap:anywhere;white-space:pre-wrap}
dl{display:grid;grid-template-columns:12rem 1fr;gap:.2rem 1rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
@page{size:A4;margin:16mm 14mm 18mm;@bottom-right{content:counter(page) " / " counter(pages);font:9px system-ui,sans-serif}}
@media print{body{margin:0;padding:0;max-width:none;font-size:11px}table{font-size:9px}code,pre{font-size:8px}h2,h3{break-after:avoid}a{color:inherit;text-decoration:none}
dl{grid-template-columns:9rem 1fr}dt,dd{break-inside:avoid}}`;
