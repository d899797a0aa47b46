// The thread that runs → one that lets others of its machine go first. EFFECT.
import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

// A third of what others get where all want the processor: enough that a document never takes longer than it may.
const nice = 5;

/**
 * Gives way to threads that answer readers: what is read a moment later is no worse for it, a page that waits is. Of a process it reaches the thread that
 * calls and those it starts from then on (Linux counts priorities by thread); elsewhere than on Linux, where it is forbidden, and where the thread
 * has stepped back as far already, nothing happens.
 */
export function stepBack(): void {
  try {
    const [, thread] = /\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? [];
    if (thread !== undefined && getPriority(Number(thread)) < nice) setPriority(Number(thread), nice);
  } catch {
    // Only a favour to others.
  }
}
