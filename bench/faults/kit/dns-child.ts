// A name server of our own on 127.0.0.1:53 of an isolated network: answers, fails, falls silent or knows nothing, as told.
import { createSocket } from 'node:dgram';
import { serve } from './child.ts';

/** What a question gets. */
export type NameServerMode = 'ok' | 'servfail' | 'silent' | 'nxdomain';

let mode: NameServerMode = 'ok';
let asked = 0;

// bao-7.tin.example.vn → 127.77.0.7; nothing else has an address, and nothing has an IPv6 address.
function answer(query: Buffer): Buffer | null {
  asked += 1;
  if (mode === 'silent') return null;
  let at = 12;
  const labels: string[] = [];
  while (query[at] !== undefined && query[at] !== 0) {
    const length = query[at] ?? 0;
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = query.readUInt16BE(at + 1);
  const number = Number(/^bao-(\d+)$/.exec(labels[0] ?? '')?.[1] ?? 0);
  const head = Buffer.from(query.subarray(0, 12));
  const isFound = mode === 'ok' && number > 0;
  const code = mode === 'servfail' ? 2 : isFound ? 0 : 3;
  head.writeUInt16BE(0x8180 | code, 2);
  const hasAddress = isFound && type === 1;
  head.writeUInt16BE(hasAddress ? 1 : 0, 6);
  head.writeUInt32BE(0, 8);
  const question = query.subarray(12, at + 5);
  const record = hasAddress
    ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 77, 0, number])
    : Buffer.alloc(0);
  return Buffer.concat([head, question, record]);
}

serve({
  open: () =>
    new Promise<void>((resolve, reject) => {
      const socket = createSocket('udp4');
      socket.on('message', (query, from) => {
        const said = answer(query);
        if (said !== null) socket.send(said, from.port, from.address);
      });
      socket.once('error', reject);
      socket.bind(53, '127.0.0.1', resolve);
    }),
  set: (next: NameServerMode) => {
    mode = next;
  },
  asked: () => asked,
});
