// A password → argon2id, as the text the store keeps; and a password tried against such a text.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { openGate } from '../gate.ts';

// OWASP's second choice: 19 MiB, two passes, one lane; 20-40 ms on a small machine.
const now = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

/** Least and most characters of a password (Unicode code points after NFKC). */
export const passwordLength = { least: 12, most: 200 };

// Two at once, so that a flood of sign-ins leaves a core and memory for readers.
const inTurn = openGate(2, 30);

function derive(password: string, nonce: Buffer, cost: typeof now): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, tag: Buffer) => (error === null ? resolve(tag) : reject(error));
    argon2('argon2id', { message: Buffer.from(password.normalize('NFKC')), nonce, ...cost }, done);
  });
}

/** What is wrong with a password somebody wants: too short, too long, the account's own name; null = nothing. */
export function weaknessOf(password: string, name: string): 'short' | 'long' | 'name' | null {
  const plain = password.normalize('NFKC');
  if ([...plain].length < passwordLength.least) return 'short';
  if ([...plain].length > passwordLength.most) return 'long';
  return new Set(plain).size < 4 || (name !== '' && plain.toLowerCase().includes(name.toLowerCase())) ? 'name' : null;
}

/** The text to keep: `argon2id$memory$passes$lanes$salt$tag`. Rejects with NotYetError when too many are made at once. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await inTurn(() => derive(password, nonce, now));
  return ['argon2id', now.memory, now.passes, now.parallelism, nonce.toString('base64'), tag.toString('base64')].join(
    '$',
  );
}

// What an unknown name is tried against, so that it takes as long as a known one.
const nobody = `argon2id$${now.memory}$${now.passes}$${now.parallelism}$${Buffer.alloc(16, 7).toString('base64')}$${Buffer.alloc(32).toString('base64')}`;

/** True when it is the password; `kept` null (no such account) takes as long and is never true. */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', tag = ''] = (kept ?? nobody).split('$');
  const wanted = Buffer.from(tag, 'base64');
  const cost = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: wanted.length,
  };
  const found = await inTurn(() => derive(password, Buffer.from(salt, 'base64'), cost));
  return timingSafeEqual(found, wanted) && kept !== null;
}
