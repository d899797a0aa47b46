// A document that is made when somebody reads it → proof that readers get back what was meant, as soon as it is due.
import type { DocumentFormat } from '../domain.ts';
import type { FeedDocument } from '../edition/document.ts';
import { verifyDocument, verifyOwn, type XmlFormat } from '../edition/verify.ts';
import type { Log } from '../log.ts';
import { openProofThread } from './proof-thread.ts';

/** A rendered document; `tag` stands for its bytes. */
export type Made = { format: DocumentFormat; text: string; document: FeedDocument; tag: string };

/** The proofs of one kind of documents. */
export type Proofs = {
  /**
   * Rejects when the document cannot be proven. One that replaces a good one is read back with all readers before that; where there is none
   * yet, our own reader proves it at once, and rss-parser (1 to 3 ms) beside the answer, in a thread of its own: what it does not read alike is forgotten
   * then, and the same bytes are refused from then on.
   */
  prove(made: Made, replacesGood: boolean): Promise<void>;
};

// Whoever comes while so many wait for their second proof waits for his own.
const mostWaiting = 32;
const mostRefused = 1_000;

/** Opens proofs until `signal`; `forget` takes what was made of these bytes out of memory. */
export function openProofs(forget: (tag: string) => void, log: Log, signal: AbortSignal): Proofs {
  const refused = new Map<string, unknown>();
  const thread = openProofThread();
  signal.addEventListener('abort', () => thread.close());
  let waiting = 0;

  function refuse(tag: string, error: unknown): void {
    const [oldest] = refused.keys();
    if (refused.size >= mostRefused && oldest !== undefined) refused.delete(oldest);
    refused.set(tag, error);
    forget(tag);
  }

  async function proveAgain(made: Made, format: XmlFormat): Promise<void> {
    try {
      await thread.verify(format, made.text);
    } catch (error) {
      log.error({ err: error, address: made.document.selfUrls[format] }, 'web.document_refused');
      refuse(made.tag, error);
    } finally {
      waiting -= 1;
    }
  }

  async function prove(made: Made, replacesGood: boolean): Promise<void> {
    const { format, text, document } = made;
    if (refused.has(made.tag)) throw refused.get(made.tag);
    if (format === 'json') return verifyDocument(format, text, document);
    verifyOwn(format, text, document);
    if (replacesGood || waiting >= mostWaiting) return thread.verify(format, text);
    waiting += 1;
    // The answer is on its way before the thread is given its work.
    setImmediate(() => void proveAgain(made, format));
  }

  return { prove };
}
