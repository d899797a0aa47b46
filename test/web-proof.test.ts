// Documents made on demand: proven by our own reader before they are served, by rss-parser right behind.
import { afterAll, expect, test } from 'vitest';
import { buildDocument } from '../src/edition/document.ts';
import { renderDocument } from '../src/edition/render.ts';
import { verifyTheirs } from '../src/edition/verify.ts';
import { createLog } from '../src/log.ts';
import { openProofs } from '../src/web/proof.ts';
import { openProofThread } from '../src/web/proof-thread.ts';
import { hashTag, toRendition } from '../src/web/rendition.ts';
import { openShelf } from '../src/web/shelf.ts';
import { edition, makeStory, options } from './edition-factory.ts';
import { until } from './support/wait.ts';

const log = createLog({ level: 'silent', isTerminal: false, fd: 2 });
const document = buildDocument(edition, [makeStory(2), makeStory(1)], options);
const good = renderDocument('rss', document);
// Well-formed and true, but rss-parser takes the first atom:link for the feed's own address.
const strange = good.replace('<atom:link ', '<atom:link rel="hub" href="https://hub.example/"/>\n<atom:link ');
const closing = new AbortController();
afterAll(() => closing.abort());
const patience = { freshMs: 60_000, usableMs: 60_000 };

function openSite() {
  const shelf = openShelf(1_000_000, () => 0);
  const proofs = openProofs((tag) => shelf.purge((rendition) => rendition.source === tag), log, closing.signal);
  const ask = (text: string) =>
    shelf.fetch(
      '/a.rss',
      async (known) => {
        const body = Buffer.from(text);
        const tag = hashTag(body);
        await proofs.prove({ format: 'rss', text, document, tag }, known !== null);
        return { kind: 'here', rendition: toRendition({ body, contentType: 'a/b', cacheControl: 'c', tag }, tag) };
      },
      patience,
    );
  return { shelf, ask, proofs };
}

test('a first document that only rss-parser cannot read is forgotten right behind its answer, and refused from then on', async () => {
  const { shelf, ask } = openSite();
  expect(await ask(strange)).toMatchObject({ kind: 'here' });
  await until(() => shelf.size().keys === 0);
  await expect(ask(strange)).rejects.toMatchObject({ code: 'document.differs' });
  expect(await ask(good)).toMatchObject({ kind: 'here' });
});

test('a document that our own reader cannot read is never served', async () => {
  const { ask } = openSite();
  await expect(ask(good.replace('</channel>', ''))).rejects.toMatchObject({ code: 'document.xml' });
});

test('what replaces a good document is read by all readers before that', async () => {
  const { proofs } = openSite();
  const made = { format: 'rss', text: strange, document, tag: 'a' } as const;
  await expect(proofs.prove(made, true)).rejects.toMatchObject({ code: 'document.differs' });
});

test('whoever comes while many wait for their second proof waits for his own', async () => {
  const { proofs } = openSite();
  const made = (tag: number) => ({ format: 'rss', text: strange, document, tag: `t${tag}` }) as const;
  for (let i = 0; i < 32; i++) await proofs.prove(made(i), false);
  await expect(proofs.prove(made(32), false)).rejects.toMatchObject({ code: 'document.differs' });
});

test('a document that says something else than was meant is refused on every way, however well it reads', async () => {
  const { proofs } = openSite();
  const other = { ...document, items: document.items.toReversed() };
  for (const format of ['rss', 'atom', 'json'] as const) {
    const made = (tag: string) => ({ format, text: renderDocument(format, other), document, tag: `${format} ${tag}` });
    await expect(proofs.prove(made('replaces'), true)).rejects.toMatchObject({ code: 'document.differs' });
    await expect(proofs.prove(made('first'), false)).rejects.toMatchObject({ code: 'document.differs' });
  }
  for (let i = 0; i < 32; i++) await proofs.prove({ format: 'rss', text: good, document, tag: `w${i}` }, false);
  const crowded = { format: 'rss', text: renderDocument('rss', other), document, tag: 'crowded' } as const;
  await expect(proofs.prove(crowded, false)).rejects.toMatchObject({ code: 'document.differs' });
});

test('both readers agree on what we write in each dialect of XML, and where they do not it is found', async () => {
  const differently = {
    // Rss-parser takes the first atom:link for the feed's own address.
    rss: (text: string) =>
      text.replace('<atom:link ', '<atom:link rel="hub" href="https://hub.example/"/>\n<atom:link '),
    // A link that says nothing of itself is the page to rss-parser alone.
    atom: (text: string) => text.replace(/(<entry>[\s\S]*?) rel="alternate"/, '$1'),
  };
  for (const format of ['rss', 'google', 'msn', 'atom', 'partner'] as const) {
    const text = renderDocument(format, document);
    const strangeText = differently[text.includes('<rss') ? 'rss' : 'atom'](text);
    expect(strangeText, format).not.toBe(text);
    await expect(verifyTheirs(format, text), format).resolves.toBeUndefined();
    await expect(verifyTheirs(format, strangeText), format).rejects.toMatchObject({ code: 'document.differs' });
  }
});

test('a thread that is ended leaves what it was given to the thread that gave it', async () => {
  const thread = openProofThread();
  const verdicts = [thread.verify('rss', good), thread.verify('rss', strange)];
  thread.close();
  expect(await Promise.allSettled(verdicts)).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { name: 'DocumentError', code: 'document.differs' } },
  ]);
  await expect(thread.verify('rss', good)).resolves.toBeUndefined();
  thread.close();
});
