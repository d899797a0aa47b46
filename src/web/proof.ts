// A document that is made when somebody reads it → proof that readers get back what was meant, as soon as it is due.
import type { DocumentFormat } from '../domain.ts';
import type { FeedDocument } from '../edition/document.ts';
import { verifyDocument, verifyOwn } from '../edition/verify.ts';
import type { Log } from '../log.ts';

/** A rendered document; `tag` stands for its bytes. */
export type Made = { format: DocumentFormat; text: string; document: FeedDocument; tag: string };

/** The proofs of one kind of documents. */
export type Proofs = {
  /**
   * Rejects when the document cannot be proven. One that replaces a good one is read back with all readers before that; where there is none
   * yet, our own reader proves it at once, and rss-parser (1 to 3 ms) soon after the answer: what it cannot read is forgotten then, and
   * the same bytes are refused from then on.
   */
  prove(made: Made, replacesGood: boolean): Promise<void>;
};

// Answers go first; the more wait for their second proof, the sooner the next has it. Whoever comes while so many wait waits for his own.
const pauseMs = 25;
const mostWaiting = 32;
const mostRefused = 1_000;

/** Opens proofs; `forget` takes what was made of these bytes out of memory. */
export function openProofs(forget: (tag: string) => void, log: Log): Proofs {
  const refused = new Map<string, unknown>();
  const waiting: Made[] = [];

  function refuse(tag: string, error: unknown): void {
    const [oldest] = refused.keys();
    if (refused.size >= mostRefused && oldest !== undefined) refused.delete(oldest);
    refused.set(tag, error);
    forget(tag);
  }

  function proveNext(): void {
    const [next] = waiting;
    if (next === undefined) return;
    const timer = setTimeout(
      () => {
        verifyDocument(next.format, next.text, next.document)
          .catch((error: unknown) => {
            log.error({ err: error, address: next.document.selfUrls[next.format] }, 'web.document_refused');
            refuse(next.tag, error);
          })
          .finally(() => {
            waiting.shift();
            proveNext();
          });
      },
      Math.max(1, pauseMs - waiting.length),
    );
    timer.unref();
  }

  async function prove(made: Made, replacesGood: boolean): Promise<void> {
    if (refused.has(made.tag)) throw refused.get(made.tag);
    if (made.format === 'json' || replacesGood || waiting.length >= mostWaiting)
      return verifyDocument(made.format, made.text, made.document);
    verifyOwn(made.format, made.text, made.document);
    if (waiting.push(made) === 1) proveNext();
  }

  return { prove };
}
