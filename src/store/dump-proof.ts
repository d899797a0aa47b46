// Bytes of COPY, in pieces of any size → the same bytes passed on, with rows counted and hashed on the way; in bounded memory.
import { createHash, hash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { TableProof } from './dump.ts';

const newline = 10;

/** Counts and hashes whole rows. */
export type Prover = { take: (bytes: Buffer) => void; proof: () => TableProof };

/** A prover for one table. Pieces may end anywhere in a row; a row is kept until its end comes. */
export function openProver(): Prover {
  const whole = createHash('sha256');
  let rest: Buffer[] = [];
  let rows = 0;
  let sum = 0n;
  return {
    take: (bytes) => {
      whole.update(bytes);
      let from = 0;
      for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
        const part = bytes.subarray(from, end);
        const row = rest.length === 0 ? part : Buffer.concat([...rest, part]);
        rest = [];
        rows += 1;
        sum = (sum + hash('sha1', row, 'buffer').readBigUInt64BE()) & 0xffff_ffff_ffff_ffffn;
        from = end + 1;
      }
      if (from < bytes.length) rest.push(Buffer.from(bytes.subarray(from)));
    },
    proof: () => ({ rows, sha256: whole.copy().digest('hex'), sum: sum.toString(16) }),
  };
}

/** A stream that passes everything on and has a prover look at it. */
export function proving(prover: Prover): Transform {
  return new Transform({
    transform(bytes: Buffer, _encoding, done) {
      prover.take(bytes);
      done(null, bytes);
    },
  });
}
