// Keeps the lists and stories somebody read, so that they can be read again without a network. Nothing is fetched ahead.
const pages = 'tin-trang-1';
const files = 'tin-tep-1';
const mostPages = 60;
const mostFiles = 80;
const keptDays = 7;

const isPage = (path) => path === '/' || /^\/(tin|tinh|chuyen-muc|bao|tu-khoa)\//.test(path);
const isFile = (path) => path.startsWith('/static/') || path.startsWith('/anh/') || path === '/icon.svg';

async function trim(cache, most) {
  // Oldest first: what is put again moves to the end.
  const keys = await cache.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - most))) await cache.delete(key);
}

async function keep(name, most, request, answer) {
  const cache = await caches.open(name);
  await cache.delete(request);
  // A story that was taken back is not kept here either.
  if (answer.ok && answer.type === 'basic' && !answer.redirected) await cache.put(request, answer);
  await trim(cache, most);
}

function isFresh(answer) {
  return Date.now() - Date.parse(answer.headers.get('date') || '') < keptDays * 86_400_000;
}

async function readPage(event) {
  const { request } = event;
  try {
    const answer = await fetch(request);
    if (answer.status < 500) {
      const copy = answer.clone();
      event.waitUntil(keep(pages, mostPages, request, copy));
    }
    return answer;
  } catch (error) {
    const cache = await caches.open(pages);
    const lang = new URL(request.url).searchParams.get('lang') === 'en' ? '/?lang=en' : '/';
    for (const wanted of [request, lang]) {
      const kept = await cache.match(wanted);
      if (kept && isFresh(kept)) return kept;
    }
    throw error;
  }
}

async function readFile(event) {
  const kept = await (await caches.open(files)).match(event.request);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(keep(files, mostFiles, event.request, answer.clone()));
  return answer;
}

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name !== pages && name !== files) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(drop());
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && isPage(url.pathname)) event.respondWith(readPage(event));
  else if (isFile(url.pathname)) event.respondWith(readFile(event));
});
