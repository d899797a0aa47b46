// A test's wish → a mail server on loopback that keeps what it is handed, or refuses it.
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterFile } from './cleanup.ts';

/** One letter as it arrived: who it is from and for by the envelope, and its lines as they came. */
export type Taken = { from: string; to: string[]; data: string };

/** A running mail server. `isRefusing` makes it answer 451 to every letter. */
export type MailSink = { url: string; letters: Taken[]; isRefusing: boolean };

/** Opens a mail server that speaks as much SMTP (RFC 5321) as a client needs; closed when the test file ends. */
export async function openMailSink(): Promise<MailSink> {
  const sink: MailSink = { url: '', letters: [], isRefusing: false };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    serve(socket, sink);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterFile(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  sink.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return sink;
}

function serve(socket: Socket, sink: MailSink): void {
  let letter: Taken = { from: '', to: [], data: '' };
  let isData = false;
  let rest = '';
  const say = (line: string) => socket.write(`${line}\r\n`);
  say('220 sink ESMTP');
  socket.setEncoding('utf8').on('data', (text: string) => {
    rest += text;
    for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      if (isData) takeLine(line);
      else command(line);
    }
  });

  function takeLine(line: string): void {
    if (line !== '.') letter.data += `${line.replace(/^\./, '')}\n`;
    else {
      isData = false;
      if (sink.isRefusing) return void say('451 try again');
      sink.letters.push(letter);
      letter = { from: '', to: [], data: '' };
      say('250 taken');
    }
  }

  function command(line: string): void {
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') say('250 sink');
    else if (verb === 'MAIL') say(((letter.from = address), '250 ok'));
    else if (verb === 'RCPT') say((letter.to.push(address), '250 ok'));
    else if (verb === 'DATA') say(((isData = true), '354 go on'));
    else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else say('502 no');
  }
}

/** The text of a letter, decoded: quoted-printable or base64, UTF-8. */
export function readLetter(data: string): { subject: string; text: string } {
  const [head = '', ...parts] = data.replace(/\r/g, '').split('\n\n');
  const flat = head.replace(/\n[ \t]+/g, ' ');
  const subject = (/^Subject: (.*)$/m.exec(flat)?.[1] ?? '').replace(/\?=\s+=\?/g, '?==?');
  const body = parts.join('\n\n');
  const isBase64 = /^Content-Transfer-Encoding: base64$/im.test(flat);
  const isQuoted = /^Content-Transfer-Encoding: quoted-printable$/im.test(flat);
  return {
    subject: subject.replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_word, kind: string, text: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString('utf8') : unquote(text.replaceAll('_', ' ')),
    ),
    text: isBase64 ? Buffer.from(body, 'base64').toString('utf8') : isQuoted ? unquote(body) : body,
  };
}

function unquote(text: string): string {
  const bytes = text
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_code, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
