// The password of somebody who is inside already, asked once more before a change to their account; as slow for guessers as the door is.
import { findCredentials } from '../../store/account.ts';
import { countTry, forgetTries } from '../../store/session.ts';
import type { Desk } from './desk.ts';
import { isPassword, passwordLength } from './password.ts';
import type { Visitor } from './shell.ts';
import { freeTriesOfName } from './sign-in.ts';

/** True when it is the visitor's password; a number = closed for so many seconds. Touches sign_in_try. */
export async function provePassword(desk: Desk, visitor: Visitor, password: string): Promise<boolean | number> {
  const { db } = desk.ctx;
  const { name } = visitor.session;
  if ([...password].length > passwordLength.most) return false;
  const key = await desk.keyedHash('name', name);
  const wait = await countTry(db, key, freeTriesOfName);
  if (wait > 0) return wait;
  const known = await findCredentials(db, name);
  const isRight = await isPassword(password, known?.password ?? null);
  if (isRight) await forgetTries(db, key);
  return isRight;
}
