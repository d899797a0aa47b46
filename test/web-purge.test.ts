// What is taken back leaves the memory of a process, and no load that began before brings it back.
import { expect, it } from 'vitest';
import type { Rendition } from '../src/web/rendition.ts';
import { toRendition } from '../src/web/rendition.ts';
import { openGate } from '../src/web/gate.ts';
import type { Found } from '../src/web/shelf.ts';
import { openShelf } from '../src/web/shelf.ts';

const patience = { freshMs: 60_000, usableMs: 60_000 };
const version = (text: string): Found => ({
  kind: 'here',
  rendition: toRendition({ body: Buffer.from(text), contentType: 'text/plain', cacheControl: 'no-store' }, text),
});
const holds = (word: string) => (rendition: Rendition) => rendition.parts.body.includes(word);
const bodyOf = (found: { kind: string; rendition?: Rendition }) => found.rendition?.parts.body.toString();

it('a purge drops what it names and nothing else', async () => {
  const shelf = openShelf(1_000_000, () => 0);
  await shelf.fetch('/a', async () => version('tin 7'), patience);
  await shelf.fetch('/b', async () => version('tin 8'), patience);

  expect(shelf.purge(holds('tin 7'))).toBe(1);
  expect(shelf.peek('/a')).toBeNull();
  expect(shelf.peek('/b')).not.toBeNull();
});

it('a load that began before a purge is asked again when it brings what was purged', async () => {
  const shelf = openShelf(1_000_000, () => 0);
  const under = Promise.withResolvers<Found>();
  let loads = 0;
  const fetching = shelf.fetch(
    '/a',
    () => (loads++ === 0 ? under.promise : Promise.resolve(version('tin 8'))),
    patience,
  );
  shelf.purge(holds('tin 7'));
  under.resolve(version('tin 7 tin 8'));

  expect(bodyOf(await fetching)).toBe('tin 8');
});

it('a source that still holds what was purged is not served', async () => {
  const shelf = openShelf(1_000_000, () => 0);
  const fetching = shelf.fetch(
    '/a',
    async () => {
      shelf.purge(holds('tin 7'));
      return version('tin 7');
    },
    patience,
  );

  await expect(fetching).rejects.toMatchObject({ code: 'web.purged' });
  expect(shelf.peek('/a')).toBeNull();
});

it('work on demand waits its turn, and is refused beyond the line', async () => {
  const gate = openGate(1, 1);
  const first = Promise.withResolvers<void>();
  const order: string[] = [];
  const one = gate(async () => {
    await first.promise;
    order.push('one');
  });
  const two = gate(async () => void order.push('two'));

  await expect(gate(async () => undefined)).rejects.toMatchObject({ code: 'web.busy' });
  first.resolve();
  await Promise.all([one, two]);
  expect(order).toEqual(['one', 'two']);
  await expect(gate(async () => 'three')).resolves.toBe('three');
});
