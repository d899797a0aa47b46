// A mail server's address and a letter → the letter handed over to it. The one door to nodemailer, whose sockets are its own: see docs/operations.md.
import { isIP } from 'node:net';
import { FetchError } from '../errors.ts';

/** A letter of plain text. */
export type Letter = { from: string; to: readonly string[]; subject: string; text: string };

const timeouts = { dnsTimeout: 10_000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/**
 * Hands one letter to the mail server at `url` (smtp:// or smtps://, the password in it), over a connection of its own. TLS is demanded where a
 * password is sent to another machine. The address is the operator's own setting and is not guarded: a mail server often lies in a private network.
 * Throws FetchError `smtp.failed` without the password in it; touches the network.
 */
export async function sendLetter(url: string, letter: Letter): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const server = new URL(url);
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const isSecure = server.protocol === 'smtps:';
  const user = decodeURIComponent(server.username);
  const transport = createTransport({
    host,
    port: server.port === '' ? (isSecure ? 465 : 587) : Number(server.port),
    secure: isSecure,
    requireTLS: !isSecure && user !== '' && !isLoopback(host),
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(server.password) } }),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...timeouts,
  });
  try {
    await transport.sendMail({ ...letter, to: [...letter.to], headers: { 'Auto-Submitted': 'auto-generated' } });
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new FetchError('smtp.failed', `${host}: ${said.slice(0, 300)}`, { weight: 'temporary', cause });
  } finally {
    transport.close();
  }
}

const isLoopback = (host: string) =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
