// `tin publishers`: the papers, what each allows to be shown and under which agreement, and the rules of this deployment.
import { parseArgs } from 'node:util';
import type { Agreement, Publisher } from '../domain.ts';
import { ConfigError } from '../errors.ts';
import { noAgreement } from '../store/agreement.ts';
import { partnerIds } from '../store/partner.ts';
import { policyKey, readPolicy } from '../store/policy.ts';
import { listPublishers, publisherBySlug } from '../store/publisher.ts';
import { applyRights, recordRights } from '../store/rights-change.ts';
import { readSetting, writeSetting } from '../store/setting.ts';
import { policyRows, readAgreement, readPolicyWords } from './agreement.ts';
import type { Io } from './io.ts';
import { readRights } from './rights.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin publishers list
tin publishers rights SLUG [headline|excerpt:300|full[+images]] [options]   record what the paper's agreement allows
  --agreement NUMBER|none       number of the written agreement
  --from DAY --until DAY        its first and last day in Việt Nam, 2026-11-22, or none
  --embargo MINUTES             nothing of an article is shown before that long after the paper published it
  --expiry DAYS|none            nothing of it is shown after that many days
  --partners all|none|A,B       which partners may be given its articles
tin publishers policy [own|aggregator [RULE=VALUE …]]   the rules of this site over all agreements (docs/rights.md; no legal advice)`;

function rightsWord(publisher: Publisher): string {
  const { show, excerptChars, images } = publisher.rights;
  return `${show === 'excerpt' ? `excerpt:${excerptChars}` : show}${images ? '+images' : ''}`;
}

function termsWord(agreement: Agreement): string {
  const { number, from, until, embargoMinutes, expiryDays, partners, partnerIds: ids } = agreement;
  const parts = [
    number === null ? '' : `số ${number}`,
    from === null && until === null ? '' : `${from ?? '…'} – ${until ?? '…'}`,
    embargoMinutes === 0 ? '' : `sau ${embargoMinutes} phút`,
    expiryDays === null ? '' : `hết hạn sau ${expiryDays} ngày`,
    partners === 'all' ? '' : partners === 'none' ? 'không cho đối tác' : `đối tác ${ids.join(', ')}`,
  ];
  return parts.filter((part) => part !== '').join(' · ') || '–';
}

async function list(io: Io): Promise<number> {
  return withContext(async ({ db }) => {
    const rows = await listPublishers(db);
    io.stdout.write(
      toTable(
        ['báo', 'tên', 'tỉnh', 'quyền', 'thoả thuận', 'trang'],
        rows.map((row) => [
          row.slug,
          row.name,
          row.province ?? '–',
          rightsWord(row),
          termsWord(row.agreement),
          row.siteUrl,
        ]),
      ),
    );
    return 0;
  });
}

async function record(
  io: Io,
  slug: string,
  word: string | undefined,
  values: Record<string, string | undefined>,
): Promise<number> {
  const rights = word === undefined ? null : readRights(word);
  return withContext(async ({ db }) => {
    const publisher = await publisherBySlug(db, slug);
    if (publisher === null) {
      io.stdout.write(`Không có báo ${slug}; xem: tin publishers list\n`);
      return 1;
    }
    const agreement = await readAgreement(publisher.agreement ?? noAgreement, values, (slugs) => partnerIds(db, slugs));
    await recordRights(db, slug, rights, agreement);
    const now = { ...publisher, rights: rights ?? publisher.rights, agreement };
    io.stdout.write(`Quyền của ${slug}: ${rightsWord(now)}. Thoả thuận: ${termsWord(agreement)}.\n`);
    return 0;
  });
}

async function policy(io: Io, profile: string | undefined, words: readonly string[]): Promise<number> {
  const setting = profile === undefined ? null : readPolicyWords(profile, words);
  return withContext(async ({ db }) => {
    if (setting !== null) {
      await writeSetting(db, policyKey, setting);
      await applyRights(db);
    }
    const present = await readPolicy(db);
    const kept = setting ?? (await readSetting(db, policyKey)) ?? {};
    io.stdout.write(toTable(['quy tắc', 'giá trị', 'do'], policyRows(present, { ...kept, profile: present.profile })));
    io.stdout.write(`\n${present.agencies} báo có thoả thuận còn hiệu lực.\n`);
    if (present.agencies < present.leastAgencies)
      io.stdout.write(
        `Chưa đủ ${present.leastAgencies} báo: không tin nào được đăng. Ghi thoả thuận: tin publishers rights SLUG --agreement SỐ\n`,
      );
    return 0;
  });
}

/** Lists publishers, records an agreement, or shows and sets the policy; exit code 1 when the paper is unknown. */
export async function run(args: string[], io: Io): Promise<number> {
  const text = { type: 'string' } as const;
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { agreement: text, from: text, until: text, embargo: text, expiry: text, partners: text },
  });
  const [verb, slug, ...words] = positionals;
  if (verb === 'list') return list(io);
  if (verb === 'policy') return policy(io, slug, words);
  const [word] = words;
  if (verb !== 'rights' || slug === undefined || (word === undefined && Object.keys(values).length === 0))
    throw new ConfigError('cli.publishers', 'this is not a use of tin publishers', { remedy: help });
  return record(io, slug, word, values);
}
