// The trial newsroom beside the jobs: opened when there is nothing real to read, closed as soon as it is not wanted.
import type { Opened } from '../src/open.ts';
import { ensurePublisher } from '../src/store/publisher.ts';
import { hasRealSources, keepSampleSources, readTrial, removeSamples, startTrial } from '../src/store/sample.ts';
import { addSource } from '../src/store/source.ts';
import { startTrialNewsroom, type TrialNewsroom, trialPort } from '../src/trial/newsroom.ts';

/** A trial newsroom that may be open; `check` closes it once it was switched off or a real source was added. */
export type Trial = { isOpen: () => boolean; check: () => Promise<void>; stop: () => Promise<void> };

/**
 * Opens the trial newsroom when the database is the embedded one, TRIAL is not off, nobody switched it off and no real source is
 * configured; its papers become publishers and sources marked as samples. Never with DATABASE_URL.
 */
export async function openTrial(opened: Opened): Promise<Trial> {
  const { context } = opened;
  let newsroom: TrialNewsroom | null = null;

  const isWanted = async () =>
    opened.isEmbedded &&
    context.config.trial === 'auto' &&
    (await readTrial(context.db))?.state !== 'off' &&
    !(await hasRealSources(context.db));

  const close = async () => {
    const closing = newsroom;
    newsroom = null;
    await closing?.stop();
  };

  if (await isWanted()) {
    const known = await readTrial(context.db);
    const startedAt = known?.state === 'on' ? known.startedAt : context.now();
    newsroom = await startTrialNewsroom({
      now: context.now,
      startedAt,
      port: known?.state === 'on' ? known.port : trialPort,
      log: context.log,
    });
    const { port, host } = new URL(newsroom.origin);
    opened.ownAuthorities.add(host);
    await startTrial(context.db, startedAt, Number(port));
    await registerPapers(opened, newsroom);
  } else if ((await readTrial(context.db))?.state === 'on') {
    // A real paper came in, or TRIAL=off: invented news must not stand beside real news.
    const entries = await removeSamples(context.db);
    context.log.info({ entries }, 'trial newsroom removed');
  }

  return {
    isOpen: () => newsroom !== null,
    check: async () => {
      if (newsroom && !(await isWanted())) {
        await close();
        await removeSamples(context.db);
        context.log.info('trial newsroom closed');
      }
    },
    stop: close,
  };
}

async function registerPapers({ context }: Opened, newsroom: TrialNewsroom): Promise<void> {
  await keepSampleSources(
    context.db,
    newsroom.papers.flatMap((paper) => paper.feeds.map((feed) => feed.url)),
  );
  for (const paper of newsroom.papers) {
    const publisher = await ensurePublisher(context.db, {
      slug: paper.slug,
      name: paper.name,
      siteUrl: paper.siteUrl,
      province: paper.province,
      rights: { show: 'full', excerptChars: 300, images: true },
      isSample: true,
    });
    for (const feed of paper.feeds)
      await addSource(context.db, { publisherId: publisher.id, url: feed.url, title: feed.title, section: null });
  }
}
