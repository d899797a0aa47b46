// `node auth-reset.ts DATABASE_URL` → the tries to sign in and the comments that were counted so far are forgotten, between two checks.
import { sql } from 'kysely';
import { openDb } from '../../src/store/db.ts';

const [, , url = ''] = process.argv;
const db = openDb(url, { max: 1, applicationName: 'battery' });
await sql`truncate sign_in_try`.execute(db);
await sql`truncate comment, comment_story`.execute(db);
await db.destroy();
