import type { Middleware } from './index.ts';

interface CorsOptions {
  readonly origin: '*' | readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAge: number;
}

export const cors =
  ({ origin, allowMethods, allowHeaders, exposeHeaders, maxAge }: CorsOptions): Middleware =>
  async (c, next) => {
    const own = c.req.header('origin') ?? '';
    const isAny = origin === '*';
    const set = (name: string, value: string): void => c.res.headers.set(name, value);
    if (isAny) set('Access-Control-Allow-Origin', '*');
    else if (own !== '' && origin.includes(own)) set('Access-Control-Allow-Origin', own);
    set('Access-Control-Expose-Headers', exposeHeaders.join(','));
    if (c.req.method !== 'OPTIONS') {
      await next();
      if (!isAny) c.header('Vary', 'Origin', { append: true });
      return undefined;
    }
    if (!isAny) c.res.headers.append('Vary', 'Origin');
    set('Access-Control-Max-Age', String(maxAge));
    set('Access-Control-Allow-Methods', allowMethods.join(','));
    set('Access-Control-Allow-Headers', allowHeaders.join(','));
    c.res.headers.append('Vary', 'Access-Control-Request-Headers');
    return new Response(null, { headers: c.res.headers, status: 204, statusText: 'No Content' });
  };
