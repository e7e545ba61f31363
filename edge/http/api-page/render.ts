import type { Description, Operation, Parameter } from './description.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => ESCAPES[char] ?? char);

/** Text for people, in which backticks mark what is typed. */
const prose = (text: string): string => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

const REFERENCE = /^#\/components\/schemas\/(\w+)$/;
const nameOf = (schema: unknown): string | undefined =>
  REFERENCE.exec((schema as { readonly $ref?: string } | undefined)?.$ref ?? '')?.[1];

/** A schema as text, in which the schemas that it names are links. */
function schemaText(schema: unknown): string {
  const text = escaped(JSON.stringify(schema, undefined, 2));
  return text.replaceAll(
    /\{\s*&quot;\$ref&quot;: &quot;#\/components\/schemas\/(\w+)&quot;\s*\}/g,
    '<a href="#schema-$1">$1</a>',
  );
}

function schemaLink(schema: unknown): string {
  const name = nameOf(schema);
  return name === undefined ? `<pre>${schemaText(schema)}</pre>` : `<a href="#schema-${name}">${name}</a>`;
}

function parameterRow({ name, in: place, required, description = '' }: Parameter): string {
  const about = `${place}${required ? ', needed' : ''}`;
  return `<tr><td><code>${escaped(name)}</code></td><td class="soft">${about}</td><td>${prose(description)}</td></tr>`;
}

function form(method: string, path: string, { parameters = [], requestBody, operationId }: Operation): string {
  const fields = parameters
    .filter((one) => one.in === 'path')
    .map(
      ({ name }) =>
        `<label for="${operationId}-${name}">${name}</label><input id="${operationId}-${name}" name="in:${name}" required>`,
    );
  const body = requestBody
    ? `<label for="${operationId}-body">body</label><textarea id="${operationId}-body" name="body" spellcheck="false">{}</textarea>`
    : '';
  return `<form data-method="${method}" data-path="${escaped(path)}">${fields.join('')}${body}<button>Send</button><pre><output></output></pre></form>`;
}

function operationHtml(path: string, method: string, operation: Operation): string {
  const { summary, parameters = [], requestBody, responses, operationId } = operation;
  const scope = operation['x-scope'] ?? 'no key';
  const bodies = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<p><code>${escaped(type)}</code> ${schemaLink(schema)}</p>`,
  );
  const answers = Object.entries(responses).map(([status, { description, content }]) => {
    const [shown] = Object.values(content ?? {});
    return `<tr><td><code>${status}</code></td><td>${prose(description)}</td><td>${shown ? schemaLink(shown.schema) : ''}</td></tr>`;
  });
  return [
    `<details id="${operationId}"><summary><span class="method ${method}">${method}</span><code>${escaped(path)}</code>`,
    `<span class="scope">${escaped(scope)}</span></summary><p>${prose(summary)}</p>`,
    parameters.length > 0 ? `<table>${parameters.map(parameterRow).join('')}</table>` : '',
    bodies.join(''),
    `<table>${answers.join('')}</table>`,
    form(method, path, operation),
    '</details>',
  ].join('');
}

/** Which part of the page a path stands in. */
function partOf(path: string): string {
  if (path.startsWith('/v2')) return 'Open Inference Protocol';
  if (/^\/(invocations|endpoints|ping|health|version)/.test(path)) return 'MLflow';
  return path.startsWith('/v1') ? 'Predictions and what became of them' : 'The node';
}

const ORDER = ['Predictions and what became of them', 'Open Inference Protocol', 'MLflow', 'The node'];

/** A page that describes the routes and can ask them. It needs nothing from anywhere else. */
export function apiPage({ info, paths, components }: Description): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const parts = ORDER.map((part) => {
    const own = operations.filter(({ path }) => partOf(path) === part);
    return `<h2>${part}</h2>${own.map(({ path, method, operation }) => operationHtml(path, method, operation)).join('')}`;
  });
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${name}"><summary><code>${name}</code></summary><pre>${schemaText(schema)}</pre></details>`,
  );
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(info.title)}</title>`,
    `<meta name="viewport" content="width=device-width,initial-scale=1"><style>${STYLE}</style></head><body>`,
    `<header><h1>${escaped(info.title)}</h1><p>${prose(info.description)}</p>`,
    '<p class="soft">The same as a document: <a href="/openapi.json">openapi.json</a></p>',
    '<label for="key">key, for what is sent from this page</label><input id="key" type="password" autocomplete="off"></header>',
    `<main>${parts.join('')}<h2>Schemas</h2>${schemas.join('')}</main><script>${SCRIPT}</script></body></html>`,
  ].join('\n');
}
