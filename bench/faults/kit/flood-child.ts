// Senders of comments from given local addresses, in a process of their own.
import { Agent, request } from 'node:http';
import { serve } from './child.ts';

type Flood = { form: string; ticket: string; from: string[]; forges: boolean; many: number; seconds: number };

const agent = new Agent({ keepAlive: true, maxSockets: 4 });

function send(flood: Flood, n: number): Promise<string> {
  const body = new URLSearchParams({
    ten: `Bạn đọc ${n}`,
    'noi-dung': `Ý kiến số ${n} về bài này, ${flood.from.length} ${flood.forges}`,
    ve: flood.ticket,
  }).toString();
  return new Promise((resolve) => {
    const outgoing = request(
      flood.form,
      {
        method: 'POST',
        agent,
        localAddress: flood.from[n % flood.from.length],
        timeout: 15_000,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': Buffer.byteLength(body),
          ...(flood.forges ? { 'X-Forwarded-For': `11.99.${n % 250}.${(n >> 3) % 250}` } : {}),
        },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(String(answer.statusCode)));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve('failed'));
    outgoing.end(body);
  });
}

serve({
  // So many in so many seconds, spread evenly; tells how they were answered.
  send: async (flood: Flood) => {
    const answers: Record<string, number> = {};
    const open = new Set<Promise<void>>();
    const startedAt = performance.now();
    for (let n = 0; n < flood.many; n++) {
      const wait = (n / flood.many) * flood.seconds * 1_000 - (performance.now() - startedAt);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const one: Promise<void> = send(flood, n).then((status) => {
        answers[status] = (answers[status] ?? 0) + 1;
        open.delete(one);
      });
      open.add(one);
    }
    await Promise.all(open);
    return answers;
  },
});
