// A TCP port that leads to another one → a link that can be cut, silenced or slowed while programs use it.
import { connect, createServer, type Socket } from 'node:net';

/** `down`: refuses and cuts. `silent`: accepts everything and passes nothing on. `slow`: each piece comes `slowMs` later. */
export type LinkState = 'ok' | 'down' | 'silent' | 'slow';

/** The link. `port` is where programs connect. */
export type Relay = {
  port: number;
  set: (state: LinkState, slowMs?: number) => void;
  open: () => number;
  close: () => Promise<void>;
};

/** Opens a link on loopback (`port` 0 = any free one) to a port of loopback. */
export async function openRelay(target: number, port = 0): Promise<Relay> {
  let state: LinkState = 'ok';
  let delayMs = 0;
  const pairs = new Set<[Socket, Socket]>();

  function pump(from: Socket, to: Socket): void {
    from.on('data', (data) => {
      if (state === 'silent') return;
      if (delayMs === 0) to.write(data);
      else setTimeout(() => to.destroyed || to.write(data), delayMs);
    });
    from.on('error', () => undefined);
  }

  const server = createServer((near) => {
    if (state === 'down') {
      near.on('error', () => undefined);
      near.resetAndDestroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    const end = (): void => {
      // A silent link does not carry a farewell either.
      if (state === 'silent' && !near.destroyed) return;
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    near.on('close', end);
    far.on('close', end);
    pump(near, far);
    pump(far, near);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    set: (next, slowMs = 0) => {
      state = next;
      delayMs = next === 'slow' ? slowMs : 0;
      if (next === 'down') for (const [near] of pairs) near.resetAndDestroy();
    },
    open: () => pairs.size,
    close: async () => {
      for (const [near, far] of pairs) {
        near.destroy();
        far.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
