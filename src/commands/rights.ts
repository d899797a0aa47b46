// The word for an agreement on the command line (`excerpt:300`) ↔ rights as data.
import type { Rights } from '../domain.ts';
import { ConfigError } from '../errors.ts';

/** Reads `headline`, `excerpt`, `excerpt:N` or `full`, each with `+images`; throws ConfigError for anything else. */
export function readRights(word: string): Rights {
  const found = /^(headline|excerpt|full)(?::(\d{1,5}))?(\+images)?$/.exec(word.trim().toLowerCase());
  const [, show, chars, images] = found ?? [];
  const excerptChars = chars === undefined ? 300 : Number(chars);
  if (
    (show !== 'headline' && show !== 'excerpt' && show !== 'full') ||
    (chars !== undefined && show !== 'excerpt') ||
    excerptChars > 10_000
  )
    throw new ConfigError('cli.rights', `"${word}" names no rights`, {
      remedy: 'write headline, excerpt:300, excerpt:300+images, full or full+images',
    });
  return { show, excerptChars, images: images !== undefined };
}
