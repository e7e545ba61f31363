const STRAY_PERCENT = /%(?![0-9A-Fa-f]{2})/g;

/** What `decode` makes of a text; where that fails, of each run of escapes for which it does not. */
export function tryDecode(text: string, decode: (text: string) => string): string {
  try {
    return decode(text);
  } catch {
    return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
      try {
        return decode(escapes);
      } catch {
        return escapes;
      }
    });
  }
}

/** `%25` stays, or what it escapes would be decoded twice. */
const decodePath = (text: string): string => decodeURI(text.replaceAll('%25', '%2525'));

/** The path of a request, decoded as Hono does. */
export function pathOf(url: string): string {
  const [path = ''] = url.slice(url.indexOf('/', url.indexOf(':') + 4)).split(/[?#]/, 1);
  if (!path.includes('%')) return path;
  const decoded = tryDecode(path, decodePath);
  if (path.search(STRAY_PERCENT) < 0) return decoded;
  const again = new URL('http://localhost');
  again.pathname = decoded.replaceAll(/[\\\t\n\r]/g, encodeURIComponent);
  return tryDecode(again.pathname, decodePath) === decoded
    ? decoded
    : tryDecode(path.replaceAll(STRAY_PERCENT, '%25'), decodePath);
}
