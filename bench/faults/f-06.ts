// F-06: SIGTERM in the middle of everything: readers, a slow download, a form half sent, ingest; nobody is cut off and nothing stays claimed.
import { connect, type Socket } from 'node:net';
import { startApp } from './kit/app.ts';
import { openCluster } from './kit/cluster.ts';
import { type Experiment, judge, pause, quantile, type Room, until } from './kit/experiment.ts';
import { hurry, openPapers, prepare, settle, variablesOf } from './kit/newsroom.ts';
import { boundOf, openWitness } from './kit/witness.ts';

// A reader that asks over one kept connection again and again; what was begun before the signal must be answered whole.
type Reader = { stop: () => void; cut: () => string | null };

function keepReading(port: number, path: string, signalled: () => number | null): Reader {
  let fault: string | null = null;
  let missing = 0;
  let isAsking = false;
  let askedAt = 0;
  let isStopped = false;
  let bytes: Buffer = Buffer.alloc(0);
  const socket: Socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  const ask = () => {
    if (isStopped || signalled() !== null) return void socket.end();
    isAsking = true;
    askedAt = performance.now();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  };
  socket.on('connect', ask);
  socket.on('data', (data) => {
    bytes = Buffer.concat([bytes, data as Buffer]);
    if (missing === 0) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = bytes.toString('latin1', 0, end);
      const status = Number(head.split(' ')[1]);
      if (status >= 500) fault = `answered ${status}`;
      missing = end + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    }
    if (bytes.length < missing) return;
    bytes = Buffer.alloc(0);
    missing = 0;
    isAsking = false;
    setTimeout(ask, 50 + Math.random() * 100);
  });
  const lose = (why: string) => {
    const at = signalled();
    // A request sent in the very moment of the signal crosses with the farewell: readers ask again by themselves (RFC 9112 §9.3.1).
    if (isAsking && !isStopped && (at === null || askedAt < at - 20)) fault ??= why;
    isAsking = false;
  };
  socket.on('error', (error) => lose(error.message));
  socket.on('close', () => lose('cut in the middle of an answer'));
  return {
    stop: () => {
      isStopped = true;
      socket.destroy();
    },
    cut: () => fault,
  };
}

// Takes an answer of a few hundred KB in sips, over about five seconds.
function sip(port: number, path: string): Promise<string> {
  return new Promise((resolve) => {
    let size = 0;
    let wanted = 0;
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
    );
    socket.on('data', (data) => {
      if (wanted === 0) {
        const head = data.toString('latin1');
        wanted = head.indexOf('\r\n\r\n') + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      }
      size += data.length;
      socket.pause();
      setTimeout(() => socket.resume(), 60);
    });
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', () => resolve(size >= wanted && wanted > 0 ? 'whole' : `${size} of ${wanted} bytes`));
  });
}

// A form whose end is sent after the signal.
function sendSlowly(port: number, afterMs: number): Promise<string> {
  const body = 'hub.mode=publish';
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `POST /hub HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
      );
      setTimeout(() => socket.write(body.slice(5)), afterMs);
    });
    socket.on('data', (data) => (heard += data.toString('latin1')));
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', () => resolve(heard.split('\r\n')[0] ?? ''));
  });
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

async function run(room: Room) {
  const runs = room.size === 'full' ? 20 : 6;
  const cluster = await openCluster(room, { port: room.port });
  const papers = await openPapers(room, {
    sources: 30,
    start: 60,
    behaviour: { rate: 0.2, window: 100, latencyMs: 300 },
  });
  await prepare(room, cluster, papers.feeds);
  const port = room.port + 1;
  const start = () => startApp(room, { ...variablesOf(cluster), PORT: String(port) });
  let app = start();
  await app.ready();
  await settle(cluster, papers, 90);
  hurry(room, cluster, 500);
  const witness = openWitness();
  const faults: string[] = [];
  const closedMs: number[] = [];
  const endedMs: number[] = [];
  const readAgainMs: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    const site = `http://127.0.0.1:${port}`;
    for (const path of ['/feeds/tin-moi.rss', '/', '/feeds/tin-moi.json'])
      await until(`a warm ${path}`, 30_000, async () => (await fetch(site + path)).status === 200);
    let signalledAt: number | null = null;
    const readers = Array.from({ length: 200 }, (_, index) =>
      keepReading(port, index % 3 === 0 ? '/' : '/feeds/tin-moi.rss', () => signalledAt),
    );
    const download = sip(port, '/feeds/tin-moi.json');
    await pause(700 + room.dice() * 1_500);
    const form = sendSlowly(port, 400);
    await pause(100);
    const isTwice = turn % 2 === 1;
    signalledAt = performance.now();
    app.signal('SIGTERM');
    await until('that the signal is heard', 10_000, () => app.log().includes('SIGTERM: ending'));
    // Load balancers get a second (DRAIN) to see that this one is about to go; then nothing new is taken.
    const at = performance.now();
    const ready = await fetch(`${site}/healthz/ready`)
      .then((answer) => answer.status)
      .catch(() => 0);
    const closing = (async () => {
      while (await isListening(port)) await pause(5);
      return performance.now() - at;
    })();
    if (isTwice) setTimeout(() => app.signal('SIGTERM'), 1_000);
    const code = await Promise.race([app.ended, pause(12_000).then(() => -1)]);
    endedMs.push(performance.now() - signalledAt);
    closedMs.push(await Promise.race([closing, pause(1_500).then(() => 99_999)]));
    const [downloaded, sent] = await Promise.all([download, form]);
    // Cut off at once is what a second signal asks for.
    const cut = readers.map((reader) => reader.cut()).filter((fault) => fault !== null);
    for (const reader of readers) reader.stop();
    if (!isTwice) {
      if (code !== 0) faults.push(`run ${turn + 1}: exit code ${code}`);
      if (cut.length > 0) faults.push(`run ${turn + 1}: ${cut.length} readers cut off (${cut[0] ?? ''})`);
      if (downloaded !== 'whole') faults.push(`run ${turn + 1}: slow download got ${downloaded}`);
      if (!sent.startsWith('HTTP/1.1 4')) faults.push(`run ${turn + 1}: form under way got "${sent}"`);
    } else if (![0, 130, 143].includes(code)) faults.push(`run ${turn + 1}: exit code ${code} after two signals`);
    if (ready !== 503) faults.push(`run ${turn + 1}: answered ${ready} for readiness after the signal`);
    // Its own only: whoever was told twice to end just before may have left some.
    const held = await cluster.number(
      `select count(*) from source where claimed_until > now() and claimed_by like 'pid ${app.pid} %'`,
    );
    if (!isTwice && held > 0) faults.push(`run ${turn + 1}: ${held} leases kept`);
    const next = start();
    await next.ready();
    const readyAt = performance.now();
    const last = await cluster.number('select coalesce(max(id), 0) from poll');
    await until(
      'a poll by the next process',
      40_000,
      async () => (await cluster.number(`select coalesce(max(id), 0) from poll`)) > last,
    );
    readAgainMs.push(performance.now() - readyAt);
    app = next;
    room.say(
      `${turn + 1} of ${runs}: closed after ${Math.round(closedMs.at(-1) ?? 0)} ms, ended after ${Math.round(endedMs.at(-1) ?? 0)} ms with ${code}${isTwice ? ' (two signals)' : ''}`,
    );
  }
  const late = witness.take();
  witness.end();
  const single = endedMs.filter((_, index) => index % 2 === 0);
  return judge(
    {
      runs,
      closedMs: closedMs.map(Math.round),
      endedMs: endedMs.map(Math.round),
      readAgainMs: readAgainMs.map(Math.round),
      witnessMs: late,
      medianEndMs: quantile(single, 0.5),
      faults: faults.slice(0, 20),
    },
    {
      'not ready at once; the listener is closed within 200 ms of the second that is given to see it': closedMs.every(
        (ms) => ms <= 1_200,
      ),
      'ended within 10 s': endedMs.every((ms) => ms < 10_000),
      'nobody is cut off, exit code 0, nothing stays claimed': faults.length === 0,
      'the next process reads within 2 s of its start': readAgainMs.every((ms) => ms < boundOf(2_000, late)),
    },
  );
}

/** See docs/reliability.md. */
export const f06: Experiment = {
  id: 'F-06',
  title:
    'SIGTERM with 200 readers, a slow download, an open form and ingest under way; a second signal in half of the runs',
  pass: 'not ready at once, listener closed within 200 ms of DRAIN, requests under way finish, no 5xx and no reset for those who came before, exit code 0 within 10 s, leases given back at once',
  seeds: 1,
  run,
};
