// Every error class of the house, each with a stable dotted code; imports nothing of ours.

/** Root of all our errors: `code` is stable for logs and tests, `message` names the culprit, `remedy` says what to do. */
export class TinError extends Error {
  readonly code: string;
  readonly remedy: string | undefined;
  constructor(code: string, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.remedy = options.remedy;
  }
}

/** The environment or the command line asks for something impossible; shown without a stack. */
export class ConfigError extends TinError {}

/** The bytes are not a feed of any kind; the message says what they seem to be. */
export class NotAFeedError extends TinError {}

/** A request out was refused, failed, ran out of time or answered more than we take. */
export class FetchError extends TinError {
  /** `hard`: will not mend by itself; `soft`: may; `temporary`: very likely will. */
  readonly weight: 'hard' | 'soft' | 'temporary';
  /** Redirects that were followed before it failed, in order. */
  hops: readonly { status: number; url: string }[] = [];
  constructor(
    code: string,
    message: string,
    options: { weight: 'hard' | 'soft' | 'temporary'; remedy?: string; cause?: unknown },
  ) {
    super(code, message, options);
    this.weight = options.weight;
  }
}

/** The database is away, too old, or holds a schema this program does not know. */
export class StoreError extends TinError {}

/** A rendered document failed its own proof and must not replace the last good one. */
export class DocumentError extends TinError {}

/** What was asked for is being made and not there yet: try again in a few seconds. */
export class NotYetError extends TinError {}
