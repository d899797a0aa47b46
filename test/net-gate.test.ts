// The gate, and what `get` makes of it at real servers.
import { expect, test } from 'vitest';
import { createGate, hostKey } from '../src/net/gate.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { answer, openRawServer } from './support/raw-server.ts';

const bao = new URL('https://bao.example/a');

test('one host is entered by one at a time, in order of arrival', async () => {
  const gate = createGate({ spacingMs: 0 });
  const order: string[] = [];
  const leave = await gate.enter(bao);
  const visits = ['b', 'c', 'd'].map(async (name) => {
    const out = await gate.enter(new URL(`https://www.bao.example/${name}`));
    order.push(name);
    out();
  });
  const elsewhere = await gate.enter(new URL('https://dai.example/'));
  expect(order).toEqual([]);
  elsewhere();
  leave();
  leave();
  await Promise.all(visits);

  expect(order).toEqual(['b', 'c', 'd']);
});

test('the next request keeps its distance from the end of the last', async () => {
  const gate = createGate({ spacingMs: 80 });
  (await gate.enter(bao))();
  const endedAt = performance.now();
  const leave = await gate.enter(bao);
  expect(performance.now() - endedAt).toBeGreaterThanOrEqual(79);
  leave();
  const again = performance.now();
  (await gate.enter(bao, { spacingMs: 0 }))();
  expect(performance.now() - again).toBeLessThan(60);
});

test('who gives up waiting leaves the turn to those behind', async () => {
  const gate = createGate({ spacingMs: 0 });
  const leave = await gate.enter(bao);
  const controller = new AbortController();
  const called = gate.enter(bao, { signal: controller.signal });
  const late = gate.enter(bao, { maxWaitMs: 20 });
  const patient = gate.enter(bao);
  controller.abort();

  await expect(called).rejects.toMatchObject({ code: 'net.aborted' });
  await expect(late).rejects.toMatchObject({ code: 'net.busy', weight: 'temporary' });
  leave();
  (await patient)();
});

test('a host of our own needs no turn', async () => {
  const gate = createGate({ spacingMs: 60_000, isFree: (url) => url.port === '4711' });
  const own = new URL('http://127.0.0.1:4711/');
  const startedAt = performance.now();
  await gate.enter(own);
  await gate.enter(own);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test('www is the same host', () => {
  expect(hostKey(new URL('https://www.bao.example:8443/a'))).toBe(hostKey(new URL('https://bao.example:8443/b')));
});

test('a request waits its turn outside its deadline, gives it back after failure, and hosts that point at each other never block', async () => {
  const [one, two] = [await openRawServer(), await openRawServer('127.0.0.2')];
  const guard = createGuard({ allowAuthorities: new Set([one.authority, two.authority]) });
  const http = createHttp({ userAgent: 'test/1', guard, gate: createGate({ spacingMs: 60 }) });
  let open = 0;
  let most = 0;
  for (const [server, target] of [
    [one, two],
    [two, one],
  ] as const) {
    server.reply('/there', answer('302 Found', { Location: `${target.origin}/here` }));
    server.reply('/here', (socket) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        socket.end(answer('200 OK', {}, 'ok'));
      }, 10);
    });
  }
  one.reply('/dead', (socket) => socket.destroy());

  await expect(http.get({ url: `${one.origin}/dead` })).rejects.toMatchObject({ code: 'net.cut' });
  const answers = await Promise.all(
    [one, two, one, two].map((server) => http.get({ url: `${server.origin}/there`, deadlineMs: 150 })),
  );
  const ungated = await http.get({ url: `${one.origin}/here`, ungated: true });

  expect([...answers, ungated].map((one) => one.status)).toEqual([200, 200, 200, 200, 200]);
  expect(most).toBeLessThanOrEqual(2);
  await http.close();
});
