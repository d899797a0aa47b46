// The pure parts of serving: encodings, conditions, addresses, times, and a memory that keeps its bound and its head.
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { canonicalFeedPath, readFeedPath } from '../src/web/address.ts';
import { chooseEncoding, readHttpDate } from '../src/web/conditional.ts';
import { readCursor, writeCursor } from '../src/web/cursor.ts';
import { hashTag, toRendition, variantOf } from '../src/web/rendition.ts';
import { safeUrl } from '../src/web/safe-url.ts';
import type { Found, Load, Patience } from '../src/web/shelf.ts';
import { openShelf } from '../src/web/shelf.ts';
import { exactTime, longDay, relativeTime } from '../src/web/when.ts';

const second: Patience = { freshMs: 1_000, usableMs: 3_000 };

function rendition(text: string) {
  return toRendition(
    { body: Buffer.from(text), contentType: 'text/plain', cacheControl: 'no-cache' },
    hashTag(Buffer.from(text)),
  );
}

function here(text: string): Found {
  return { kind: 'here', rendition: rendition(text) };
}

function textOf(held: { rendition: ReturnType<typeof rendition> } | null): string | undefined {
  return held?.rendition.parts.body.toString();
}

/** A promise that the test settles. */
function later<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  return Promise.withResolvers<T>();
}

describe('the shelf', () => {
  it('serves during an outage without asking, and looks behind the answer when it is over', async () => {
    let at = 0;
    let isAway = false;
    let loads = 0;
    const shelf = openShelf(
      1e6,
      () => at,
      () => isAway,
    );
    const load: Load = async () => {
      loads += 1;
      return here('one');
    };
    await shelf.fetch('/a', load, second);
    isAway = true;
    at = 60_000;
    expect([shelf.peek('/a')?.ageSeconds, loads]).toEqual([60, 1]);
    isAway = false;
    at = 62_000;
    expect([shelf.peek('/a')?.ageSeconds, loads]).toEqual([62, 2]);
    await expect.poll(() => shelf.peek('/a')?.ageSeconds).toBe(0);
  });

  it('gives nobody the bytes of an outage that is long over, but waits for the check', async () => {
    let at = 0;
    let isAway = false;
    let text = 'one';
    const shelf = openShelf(
      1e6,
      () => at,
      () => isAway,
    );
    const load: Load = async () => here(text);
    await shelf.fetch('/a', load, second);
    isAway = true;
    at = 60_000;
    expect(shelf.peek('/a')?.ageSeconds).toBe(60);
    isAway = false;
    text = 'two';
    at = 70_000;
    expect(shelf.peek('/a')).toBeNull();
    const found = await shelf.fetch('/a', load, second);
    expect(found).toMatchObject({ kind: 'here', ageSeconds: 0 });
    expect(textOf(shelf.peek('/a'))).toBe('two');
  });

  it('loads once for all who ask at the same time', async () => {
    let loads = 0;
    const gate = later<Found>();
    const shelf = openShelf(1e6, () => 0);
    const load: Load = () => {
      loads += 1;
      return gate.promise;
    };
    const asked = [1, 2, 3].map(() => shelf.fetch('/a', load, second));
    gate.resolve(here('one'));
    for (const found of await Promise.all(asked)) expect(found.kind).toBe('here');
    expect(loads).toBe(1);
  });

  it('serves fresh bytes without a check, older ones while it checks, and waits for the check when they are too old', async () => {
    let at = 0;
    let text = 'one';
    let loads = 0;
    const shelf = openShelf(1e6, () => at);
    const load: Load = async () => {
      loads += 1;
      return here(text);
    };
    await shelf.fetch('/a', load, second);
    text = 'two';
    at = 999;
    expect([textOf(shelf.peek('/a')), loads]).toEqual(['one', 1]);
    at = 1_500;
    expect([textOf(shelf.peek('/a')), loads]).toEqual(['one', 2]);
    await expect.poll(() => textOf(shelf.peek('/a'))).toBe('two');
    text = 'three';
    at = 5_000;
    expect(shelf.peek('/a')).toBeNull();
    const found = await shelf.fetch('/a', load, second);
    expect(found.kind === 'here' ? textOf(found) : found.kind).toBe('three');
  });

  it('keeps the very rendition, with all its encodings, when nothing changed', async () => {
    let at = 0;
    const shelf = openShelf(1e6, () => at);
    const load: Load = async (known) => (known ? { kind: 'here', rendition: known } : here('x'.repeat(5_000)));
    const first = await shelf.fetch('/a', load, second);
    if (first.kind !== 'here') throw new Error(first.kind);
    const zipped = await variantOf(first.rendition, 'gzip');
    at = 10_000;
    const again = await shelf.fetch('/a', load, second);
    if (again.kind !== 'here') throw new Error(again.kind);
    expect(variantOf(again.rendition, 'gzip')).toBe(zipped);
  });

  it('serves what it has, with its age, when the source fails, asking again once a second', async () => {
    let at = 0;
    let loads = 0;
    let isAway = false;
    const shelf = openShelf(1e6, () => at);
    const load: Load = async () => {
      loads += 1;
      if (isAway) throw new Error('away');
      return here('one');
    };
    await shelf.fetch('/a', load, second);
    isAway = true;
    at = 60_000;
    const found = await shelf.fetch('/a', load, second);
    expect(found).toMatchObject({ kind: 'here', ageSeconds: 60 });
    expect(loads).toBe(2);
    at = 60_500;
    for (let index = 0; index < 10; index++) expect(shelf.peek('/a')).toMatchObject({ ageSeconds: 60 });
    expect(loads).toBe(2);
    isAway = false;
    at = 61_100;
    shelf.peek('/a');
    await expect.poll(() => shelf.peek('/a')?.ageSeconds).toBe(0);
    expect(loads).toBe(3);
  });

  it('lets nobody wait for a check that takes long already, while the bytes are younger than a minute', async () => {
    let at = 0;
    let loads = 0;
    const gate = later<Found>();
    const shelf = openShelf(1e6, () => at);
    await shelf.fetch('/a', async () => here('one'), second);
    const load: Load = () => {
      loads += 1;
      return gate.promise;
    };
    at = 8_000;
    const waiting = shelf.fetch('/a', load, second);
    at = 8_100;
    expect(shelf.peek('/a')).toBeNull();
    at = 8_150;
    expect(shelf.peek('/a')).toMatchObject({ ageSeconds: 8 });
    at = 59_999;
    expect(textOf(shelf.peek('/a'))).toBe('one');
    at = 60_000;
    expect(shelf.peek('/a')).toBeNull();
    gate.resolve(here('two'));
    await waiting;
    expect([textOf(shelf.peek('/a')), shelf.peek('/a')?.ageSeconds, loads]).toEqual(['two', 0, 1]);
  });

  it('rejects only when there is nothing to serve', async () => {
    const shelf = openShelf(1e6, () => 0);
    await expect(shelf.fetch('/a', () => Promise.reject(new Error('away')), second)).rejects.toThrow('away');
    expect(shelf.peek('/a')).toBeNull();
  });

  it('forgets what is gone, moved or missing', async () => {
    for (const end of [{ kind: 'gone' }, { kind: 'missing' }, { kind: 'moved', location: '/b' }] as const) {
      let at = 0;
      const shelf = openShelf(1e6, () => at);
      await shelf.fetch('/a', async () => here('one'), second);
      at = 10_000;
      expect(await shelf.fetch('/a', async () => end, second)).toEqual(end);
      expect(shelf.size()).toEqual({ bytes: 0, keys: 0 });
    }
  });

  it('stays within its bound, letting go of what was checked longest ago', async () => {
    let at = 0;
    const shelf = openShelf(30_000, () => at);
    for (let index = 0; index < 100; index++) {
      at += 1;
      await shelf.fetch(`/${index}`, async () => here('x'.repeat(3_000)), second);
      expect(shelf.size().bytes).toBeLessThanOrEqual(30_000);
    }
    expect(shelf.peek('/99')).not.toBeNull();
    expect(shelf.peek('/0')).toBeNull();
    expect(shelf.size().keys).toBe(6);
  });
});

describe('compression', () => {
  it('compresses what somebody waits for at once, under a tag of its own for each encoding', () => {
    const body = Buffer.from('<p>Mưa lũ ở Sơn La</p>'.repeat(500));
    const made = toRendition({ body, contentType: 'text/html', cacheControl: 'public', isQuick: true });
    const unzip = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync };
    const tags = (['gzip', 'br', 'zstd'] as const).map((encoding) => {
      const variant = variantOf(made, encoding);
      if (variant instanceof Promise) throw new TypeError('it was put off');
      expect(unzip[encoding](variant.body).equals(body)).toBe(true);
      expect(variantOf(made, encoding)).toBe(variant);
      return variant.etag;
    });
    expect(new Set([...tags, `"${hashTag(body)}"`]).size).toBe(4);
  });

  it('is done once for all who ask at the same time', async () => {
    const made = rendition('x'.repeat(50_000));
    const [one, two] = await Promise.all([variantOf(made, 'br'), variantOf(made, 'br')]);
    expect(one).toBe(two);
    expect(variantOf(made, 'br')).toBe(one);
  });

  it('is left out where it saves nothing', () => {
    const made = rendition('short');
    expect(variantOf(made, 'gzip')).toBe(variantOf(made, 'identity'));
  });
});

describe('headers', () => {
  it('of any length and kind choose an encoding and never throw', () => {
    for (const header of [
      '',
      ',',
      ';q=',
      'gzip;q=1;q=0',
      `${'gzip,'.repeat(10_000)}br`,
      '\u0000',
      'br;q=1e999',
      'gzip;Q=0.5',
    ])
      expect(['br', 'gzip', 'identity']).toContain(chooseEncoding(header));
  });

  it('hold dates in three forms, and nothing else is one', () => {
    const at = Date.UTC(1994, 10, 6, 8, 49, 37);
    for (const date of ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])
      expect(readHttpDate(date)).toBe(at);
    for (const date of ['', '1994-11-06T08:49:37Z', '784111777', 'now', 'x'.repeat(100_000)])
      expect(readHttpDate(date)).toBeNull();
  });
});

describe('addresses', () => {
  it('are linear to read, whatever their length', () => {
    const long = `/feeds/${'a-/'.repeat(30_000)}`;
    expect([readFeedPath(long), canonicalFeedPath(long)]).toEqual([null, null]);
  });

  it('that are canonical or no feed at all have no other form', () => {
    for (const path of [
      '/feeds/tin-moi.rss',
      '/feeds/tinh/son-la/tin-moi.json',
      '/',
      '/feeds',
      '/tin/1-rss',
      '/tinh/son-la',
      '/feeds/%E0%A4%A.rss',
      '/feeds/../x.rss',
    ])
      expect([path, canonicalFeedPath(path)]).toEqual([path, null]);
  });

  it('from outside are followed only when they are absolute http or https', () => {
    for (const url of ['https://a.example/b?c=d&e', 'HTTP://a.example/', 'http://xn--bo-sn-la-x0a.vn/đường'])
      expect(safeUrl(url)).toBe(url);
    for (const url of [
      'javascript:alert(1)',
      ' https://a.example',
      'java\nscript:alert(1)',
      '//a.example',
      '/a',
      'data:text/html,x',
      'https://',
      'https://a b',
      'https://a"onclick=x',
      null,
      '',
      'vbscript:x',
      'https://[',
    ])
      expect([url, safeUrl(url)]).toEqual([url, null]);
  });

  it('of a place in a list read back as they were written, and nothing else does', () => {
    const cursor = { listedAt: new Date('2026-11-22T01:02:03.456Z'), id: 42 };
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
    for (const text of [undefined, '', '1', '1-', '-1', '1-2-3', "1-2'", '9'.repeat(40), '1e3-4'])
      expect(readCursor(text)).toBeNull();
  });
});

describe('times', () => {
  const zone = 'Asia/Ho_Chi_Minh';
  const now = new Date('2023-02-15T03:30:00Z');

  it('are said as people say them', () => {
    const ago = (ms: number, lang: 'vi' | 'en' = 'vi'): string =>
      relativeTime(new Date(now.getTime() - ms), now, zone, lang);
    expect([ago(-5_000), ago(59_000), ago(60_000), ago(7_200_000), ago(86_400_000 * 3), ago(86_400_000 * 7)]).toEqual([
      'vừa xong',
      'vừa xong',
      '1 phút trước',
      '2 giờ trước',
      '3 ngày trước',
      '08/02/2023',
    ]);
    expect(ago(7_200_000, 'en')).toBe('2 hours ago');
  });

  it('are exact on the clocks of the paper', () => {
    expect(exactTime(new Date('2023-02-15T01:30:00Z'), zone)).toBe('08:30 15/02/2023');
    expect(exactTime(new Date('2023-02-14T17:00:00Z'), zone)).toBe('00:00 15/02/2023');
    expect(longDay(new Date('2026-11-22T17:00:00Z'), zone, 'vi')).toBe('Thứ hai, 23/11/2026');
  });
});
