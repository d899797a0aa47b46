// Subscribers of the outside world, subscribed to /feeds/tin-moi.json by the hub's own protocol.
import { openChild } from './child.ts';
import type { Room } from './experiment.ts';
import type { Arrival, SubscriberBehaviour } from './subscribers-child.ts';

/** What they saw. */
export type Subscribers = {
  arrivals: () => Promise<Arrival[]>;
  sockets: () => Promise<Record<string, { most: number; open: number; posts: number }>>;
};

/** Opens them and asks the hub for their subscriptions. */
export async function openSubscribers(
  room: Room,
  site: string,
  wanted: readonly { name: string; behaviour: SubscriberBehaviour }[],
): Promise<Subscribers> {
  const child = openChild(room, './subscribers-child.ts');
  const port = room.port + 7;
  const subscribers = wanted.map((one, index) => ({ ...one, address: `127.78.0.${index + 1}` }));
  await child.ask('open', { port, subscribers });
  for (const { address } of subscribers) {
    const form = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.topic': `${site}/feeds/tin-moi.json`,
      'hub.callback': `http://${address}:${port}/cb`,
    });
    const answer = await fetch(`${site}/hub`, { method: 'POST', body: form });
    if (answer.status !== 202) throw new Error(`the hub answered ${answer.status}: ${await answer.text()}`);
  }
  return { arrivals: () => child.ask('arrivals'), sockets: () => child.ask('sockets') };
}
