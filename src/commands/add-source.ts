// One address from the command line → a checked source of any kind and its publisher.
import type { Context } from '../context.ts';
import { ConfigError } from '../errors.ts';
import { kindOf, kinds } from '../source/kinds/list.ts';
import { type ReadSource, readSourceAt } from '../source/read.ts';
import { enlist } from '../source/enlist.ts';
import { publisherOf } from '../source/register.ts';
import { checkRules, type SourceRules } from '../source/rules.ts';
import { endTrialIfOn } from '../store/sample.ts';
import { provinceByName, provinceBySlug } from '../text/place.ts';
import { sections } from '../text/section.ts';
import type { Io } from './io.ts';
import { readRights } from './rights.ts';

/** Options of `add` and `import`, as written. */
export type AddOptions = {
  name?: string | undefined;
  province?: string | undefined;
  section?: string | undefined;
  rights?: string | undefined;
  kind?: string | undefined;
  /** SourceRules as JSON. */
  rules?: string | undefined;
  pages?: string | undefined;
  /** Add it although a known source brings the same articles. */
  force?: boolean | undefined;
};

const pageWords = ['never', 'needed', 'always'] as const;

/** The options checked; throws ConfigError for a province, section, kind or rules that do not exist. */
export function checkOptions(options: AddOptions) {
  const province =
    options.province === undefined ? undefined : (provinceBySlug(options.province) ?? provinceByName(options.province));
  if (province === null)
    throw new ConfigError('cli.province', `there is no province "${options.province}"`, {
      remedy: 'write its name or address word: "Sơn La" or son-la',
    });
  if (options.section !== undefined && !sections.some((section) => section.slug === options.section))
    throw new ConfigError('cli.section', `there is no section "${options.section}"`, {
      remedy: `one of ${sections.map((section) => section.slug).join(', ')}`,
    });
  const readPages = pageWords.find((word) => word === (options.pages ?? 'needed'));
  if (readPages === undefined)
    throw new ConfigError('cli.pages', `--pages ${options.pages} is none of ${pageWords.join(', ')}`);
  return {
    province: province?.code,
    section: options.section ?? null,
    rights: options.rights === undefined ? undefined : readRights(options.rights),
    readPages,
  };
}

/** Kind and rules as written on the command line, checked; null where nothing was said. Throws ConfigError. */
export function checkReading(options: Pick<AddOptions, 'kind' | 'rules'>): {
  kind: string | null;
  rules: SourceRules | null;
} {
  if (options.kind !== undefined && kindOf(options.kind) === null)
    throw new ConfigError('cli.kind', `there is no kind of source "${options.kind}"`, {
      remedy: `one of ${kinds.map((kind) => kind.name).join(', ')}`,
    });
  if (options.rules === undefined) return { kind: options.kind ?? null, rules: null };
  let value: unknown;
  try {
    value = JSON.parse(options.rules);
  } catch (cause) {
    throw new ConfigError('cli.rules', 'the rules are not JSON', {
      cause,
      remedy: 'write for example --rules \'{"lists":[{"item":"ul.news > li"}]}\'; see docs/listing.md',
    });
  }
  const checked = checkRules(value);
  if ('problem' in checked)
    throw new ConfigError('cli.rules', `the rules are wrong: ${checked.problem}`, { remedy: 'see docs/listing.md' });
  return { kind: options.kind ?? null, rules: checked.rules };
}

/** A sentence about a source that is known already, or null. */
export function twinText(read: Pick<ReadSource, 'twin'>): string | null {
  const { twin } = read;
  if (twin === null) return null;
  const which = `${twin.url} (nguồn ${twin.sourceId}, ${twin.publisherSlug})`;
  return twin.why === 'address'
    ? `Nguồn này đã có: ${which}`
    : `Trùng ${Math.round(twin.share * 100)} % bài với ${which}`;
}

/**
 * Fetches the address politely, reads it, and adds it as a source of its paper: a feed, a sitemap, or with `--kind` a list on a page (whose
 * rules are inferred where none are given) or a JSON answer. Throws what fetching and reading throw; what cannot be read is not added.
 */
export async function addOne(
  ctx: Context,
  url: string,
  options: AddOptions,
): Promise<{ isAdded: boolean; text: string }> {
  const checked = checkOptions(options);
  const { kind, rules } = checkReading(options);
  const read = await readSourceAt(ctx, { url, kind, rules });
  if (read.kind === 'listing' && kind === null)
    throw new ConfigError(
      'cli.no_feed',
      `${url} is a page, not a feed; a list of ${read.count} articles was found on it`,
      {
        remedy: `look at it: tin sources test ${url}; then add it with --kind listing, or find feeds: tin sources discover ${url}`,
      },
    );
  const twin = twinText(read);
  if (twin !== null && (read.twin?.why === 'address' || options.force !== true))
    return { isAdded: false, text: read.twin?.why === 'address' ? twin : `${twin}. Vẫn muốn thêm: --force` };
  const address = read.isMoved ? read.finalUrl : url;
  const isFeed = read.kind === 'syndication';
  const found = publisherOf({
    feedUrl: address,
    siteUrl: read.homeUrl ?? new URL(read.finalUrl).origin,
    name: options.name ?? (isFeed ? read.title : null),
  });
  const { publisher, isAdded } = await enlist(ctx.db, found, checked, {
    url: address,
    title: read.title,
    kind: read.kind,
    rules: Object.keys(read.rules).length === 0 ? null : read.rules,
  });
  if (!isAdded) return { isAdded, text: `Nguồn này đã có: ${address}` };
  const rights =
    publisher.rights.show === 'headline'
      ? ` Chỉ hiện tiêu đề; khi có thoả thuận: tin publishers rights ${publisher.slug} excerpt:300`
      : '';
  const moved = read.isMoved ? ` Địa chỉ cũ đã chuyển hẳn: ghi ${address}.` : '';
  const lacking = read.fill.some(({ field, rate }) => (field === 'title' || field === 'date') && rate < 1)
    ? ' Bài thiếu tiêu đề hoặc ngày sẽ được đọc từ trang bài.'
    : '';
  return {
    isAdded,
    text:
      `Đã thêm ${publisher.name} (${publisher.slug}): ${read.count} mục, ${read.format} ${read.version}`.trimEnd() +
      `.${moved}${lacking}${rights}`,
  };
}

/** Removes the trial newsroom once real papers are read, and says so. */
export async function endTrial(ctx: Context, io: Io): Promise<void> {
  const entries = await endTrialIfOn(ctx.db);
  if (entries !== null) io.stdout.write(`Toà soạn thử đã đóng: ${entries} tin mẫu đã được xoá.\n`);
}
