// Names that nobody resolves: who asks for them is told in time, and the line behind them goes on.
import { expect, test } from 'vitest';
import { systemResolve } from '../src/net/connect.ts';

test('a silent name server is given up in time, for those in line as well, and three lookups at most are under way', async () => {
  let underWay = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const silent = () => {
    underWay += 1;
    most = Math.max(most, underWay);
    return new Promise<string[]>((resolve) =>
      ends.push(() => {
        underWay -= 1;
        resolve(['192.0.2.1']);
      }),
    );
  };
  const asked = Array.from({ length: 8 }, (_, n) =>
    systemResolve(`bao-${n}.example.vn`, silent, 100).catch((error: Error) => error.message),
  );
  expect(await Promise.all(asked)).toEqual(
    Array.from({ length: 8 }, (_, n) => `the name bao-${n}.example.vn was not resolved within 0.1 s (ETIMEOUT)`),
  );
  expect(most).toBe(3);
  // The threads come back one by one, and with them the line moves on.
  for (let end = ends.shift(); end !== undefined; end = ends.shift()) {
    end();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await systemResolve('bao.example.vn', async () => ['192.0.2.7'], 1_000)).toEqual(['192.0.2.7']);
  expect(underWay).toBe(0);
});
