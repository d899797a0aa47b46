// One address from the command line → a checked feed, its publisher and its source.
import type { Context } from '../context.ts';
import type { Publisher } from '../domain.ts';
import { ConfigError } from '../errors.ts';
import { readFeed } from '../source/kinds/index.ts';
import { type FoundPublisher, publisherOf } from '../source/register.ts';
import type { Db } from '../store/db.ts';
import { touchAllEditions } from '../store/edition.ts';
import { ensurePublisher, setRights } from '../store/publisher.ts';
import { readTrial, removeSamples } from '../store/sample.ts';
import { addSource } from '../store/source.ts';
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
};

/** The options checked; throws ConfigError for a province or section that does not exist. */
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
  return {
    province: province?.code,
    section: options.section ?? null,
    rights: options.rights === undefined ? undefined : readRights(options.rights),
  };
}

/**
 * Fetches the address, reads it as a feed and adds it as a source of its paper. Throws what fetching and reading throw:
 * an address that is no feed is not added.
 */
export async function addOne(
  ctx: Context,
  url: string,
  options: AddOptions,
): Promise<{ isAdded: boolean; text: string }> {
  const checked = checkOptions(options);
  const answer = await ctx.http.get({ url, signal: ctx.signal });
  if (answer.status !== 200)
    throw new ConfigError('cli.source_status', `${url} answered ${answer.status}`, {
      remedy: 'open the address in a browser and check it',
    });
  const contentType = answer.headers['content-type'];
  const feed = readFeed(answer.body, {
    url: answer.url,
    headers: answer.headers,
    now: ctx.now(),
    ...(contentType ? { contentType } : {}),
  });
  const found = publisherOf({ feedUrl: url, siteUrl: feed.homeUrl, name: options.name ?? feed.title });
  const { publisher, isAdded } = await register(ctx.db, found, checked, { url, title: feed.title });
  if (!isAdded) return { isAdded, text: `Nguồn này đã có: ${url}` };
  const rights =
    publisher.rights.show === 'headline'
      ? ` Chỉ hiện tiêu đề; khi có thoả thuận: tin publishers rights ${publisher.slug} excerpt:300`
      : '';
  return {
    isAdded,
    text: `Đã thêm ${publisher.name} (${publisher.slug}): ${feed.items.length} mục, ${feed.format} ${feed.version}.${rights}`,
  };
}

/** Makes or finds the paper and adds the source; rights that were written are recorded for a known paper, too. */
export async function register(
  db: Db,
  found: FoundPublisher,
  checked: ReturnType<typeof checkOptions>,
  source: { url: string; title: string | null },
): Promise<{ publisher: Publisher; isAdded: boolean }> {
  const { province, section, rights } = checked;
  const publisher = await ensurePublisher(db, {
    ...found,
    province: province ?? found.province,
    ...(rights ? { rights } : {}),
  });
  if (rights && JSON.stringify(rights) !== JSON.stringify(publisher.rights)) {
    await setRights(db, publisher.slug, rights);
    await touchAllEditions(db);
  }
  const isAdded = await addSource(db, { publisherId: publisher.id, ...source, section });
  return { publisher: { ...publisher, rights: rights ?? publisher.rights }, isAdded };
}

/** Removes the trial newsroom once real papers are read, and says so. */
export async function endTrial(ctx: Context, io: Io): Promise<void> {
  if ((await readTrial(ctx.db))?.state !== 'on') return;
  const entries = await removeSamples(ctx.db);
  io.stdout.write(`Toà soạn thử đã đóng: ${entries} tin mẫu đã được xoá.\n`);
}
