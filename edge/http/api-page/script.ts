/** Sends what a form says, with the key that the page holds until it is closed. */
export const SCRIPT = `
document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const out = form.querySelector('output');
  const filled = new FormData(form);
  const path = form.dataset.path.replace(/\\{(\\w+)\\}/g, (_, name) => encodeURIComponent(filled.get('in:' + name) || ''));
  const headers = {};
  const key = document.getElementById('key').value.trim();
  if (key) headers.authorization = 'Bearer ' + key;
  const body = filled.get('body');
  if (body !== null) headers['content-type'] = 'application/json';
  out.textContent = '…';
  try {
    const answer = await fetch(path, { method: form.dataset.method, headers, ...(body !== null && { body }) });
    const text = await answer.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), undefined, 2); } catch {}
    out.textContent = answer.status + ' ' + answer.statusText + '\\n' + shown;
  } catch (error) {
    out.textContent = String(error);
  }
});
`;
