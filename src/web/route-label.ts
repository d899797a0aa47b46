// The path of a request → the pattern it is counted under: one of a short list, whatever anybody asks for. Pure.

const whole = new Set([
  'opml',
  'ngoai-tuyen',
  'tim-kiem',
  'metrics',
  'robots.txt',
  'sitemap.xml',
  'hub',
  'icon.svg',
  'sw.js',
  'manifest.json',
]);
const rooms = new Set([
  'tinh',
  'chuyen-muc',
  'bao',
  'tu-khoa',
  'feeds',
  'anh',
  'nhung',
  'hub',
  'k',
  'static',
  'healthz',
]);
const api = new Set([
  'stories',
  'entries',
  'publishers',
  'provinces',
  'sections',
  'related',
  'search',
  'problems',
  'openapi.json',
]);
const consoleRooms = new Set([
  'vao',
  'ra',
  'moi',
  'toi',
  'nguon',
  'to-bao',
  'tin',
  'binh-luan',
  'doi-tac',
  'tuyen-tap',
  'suc-khoe',
  'tai-khoan',
  'nhat-ky',
]);

/** The pattern of a request's target (path and query); what no route has is `other`. */
export function routeLabel(target: string): string {
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  if (path === '/') return '/';
  const [, first = '', second = '', third = '', fourth = ''] = path.split('/', 5);
  if (first === 'tin') return second === '' ? 'other' : third === '' ? '/tin/:id' : '/tin/:id/*';
  if (first === 'quan-tri')
    return second === '' ? '/quan-tri' : consoleRooms.has(second) ? `/quan-tri/${second}` : '/quan-tri/*';
  if (first === 'api')
    return second === 'v1' && api.has(third) ? `/api/v1/${third}${fourth === '' ? '' : '/*'}` : '/api/*';
  if (second === '')
    return whole.has(first)
      ? `/${first}`
      : first === 'feeds'
        ? '/feeds'
        : first.startsWith('sitemap-tin-')
          ? '/sitemap-tin'
          : 'other';
  return rooms.has(first)
    ? first === 'healthz' && (second === 'live' || second === 'ready')
      ? `/healthz/${second}`
      : `/${first}/*`
    : 'other';
}
