// Keeps the lists and stories somebody read, so that they can be read again without a network. Of what was not read, only the page that
// says so is fetched ahead; it then lists what is there.
const pages = 'tin-trang-1';
const files = 'tin-tep-1';
const away = 'tin-ngoai-tuyen-1';
const mostPages = 60;
const mostFiles = 80;
const keptDays = 7;

const isPage = (path) => path === '/' || /^\/(tin|tinh|chuyen-muc|bao|tu-khoa)\//.test(path);
const isFile = (path) => path.startsWith('/static/') || path.startsWith('/anh/') || path === '/icon.svg';
// The console and what stands in other sites' frames are nobody's reading.
const isForeign = (path) => /^\/(quan-tri|nhung)(\/|$)/.test(path);

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

// Title and style come out of our own pages, where they are escaped already.
async function listKept() {
  const cache = await caches.open(pages);
  const rows = [];
  let style = null;
  for (const request of (await cache.keys()).reverse()) {
    const answer = await cache.match(request);
    if (!answer || !isFresh(answer)) continue;
    const text = await answer.text();
    const url = new URL(request.url);
    const title = /<title>([^<]*?)(?: · Tin Tỉnh)?<\/title>/.exec(text)?.[1] ?? url.pathname;
    style ??= /<link rel="stylesheet" href="[^"]+">/.exec(text)?.[0] ?? null;
    rows.push(`<li><a href="${(url.pathname + url.search).replaceAll('&', '&amp;')}">${title}</a></li>`);
  }
  return { list: rows.join('\n'), style };
}

async function sayAway(request) {
  const isEnglish = new URL(request.url).searchParams.get('lang') === 'en';
  const answer = await (await caches.open(away)).match(isEnglish ? '/ngoai-tuyen?lang=en' : '/ngoai-tuyen');
  if (!answer) return null;
  const { list, style } = await listKept();
  // The style sheet has another address after every change of it; the one a kept page names is kept too.
  let text = (await answer.text()).replace('<ul id="da-doc"></ul>', () => `<ul id="da-doc">${list}</ul>`);
  if (style) text = text.replace(/<link rel="stylesheet" href="[^"]+">/, () => style);
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  headers['content-security-policy'] = answer.headers.get('content-security-policy') ?? "default-src 'none'";
  return new Response(text, { status: 503, headers });
}

async function readPage(event) {
  const { request } = event;
  const path = new URL(request.url).pathname;
  try {
    const answer = await fetch(request);
    if (isPage(path) && answer.status < 500) {
      const copy = answer.clone();
      event.waitUntil(keep(pages, mostPages, request, copy));
    }
    return answer;
  } catch (error) {
    const kept = await (await caches.open(pages)).match(request);
    if (kept && isFresh(kept)) return kept;
    const said = await sayAway(request);
    if (said) return said;
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

self.addEventListener('install', (event) => {
  const prepare = async () => {
    await (await caches.open(away)).addAll(['/ngoai-tuyen', '/ngoai-tuyen?lang=en']);
    await self.skipWaiting();
  };
  event.waitUntil(prepare());
});
self.addEventListener('activate', (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (![pages, files, away].includes(name)) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(drop());
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && !isForeign(url.pathname)) event.respondWith(readPage(event));
  else if (isFile(url.pathname)) event.respondWith(readFile(event));
});
