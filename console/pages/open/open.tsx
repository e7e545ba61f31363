import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { hrefOf } from '../../app/ids.ts';
import { go, href, useLocation } from '../../app/location.ts';
import { Skeleton } from '../../ui/panel.tsx';

/** Leads to where an id is shown: `/console/open?id=tiffin:default:model-version:fraud@3`. Others need not know the pages. */
export function page(): JSX.Element {
  const { query } = useLocation();
  const id = query.get('id') ?? '';
  useEffect(() => go(id.startsWith('tiffin:') ? hrefOf(id) : href('/'), { replace: true }), [id]);
  return <Skeleton />;
}
