// Stories in the console as an editor works on them in a real browser without script: split, merged, renamed, withdrawn; and by keyboard with it.
// Screenshots land in test-results/ to be looked at.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { publishDue } from '../src/edition/publish.ts';
import { followStories } from '../src/edition/search-index.ts';
import { createLog } from '../src/log.ts';
import { searchAudit } from '../src/store/audit.ts';
import type { Db } from '../src/store/db.ts';
import { requestDocument } from '../src/store/document.ts';
import { ensureEditions } from '../src/store/edition.ts';
import { ensurePartitions } from '../src/store/partition.ts';
import { clusterDue } from '../src/story/cluster.ts';
import { relateDue } from '../src/story/relate.ts';
import { loadConfig } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { createGuard } from '../src/net/guard.ts';
import { createHttp } from '../src/net/http.ts';
import { inlineReader } from '../src/source/reader.ts';
import { freshDatabase } from './support/database.ts';
import { chromiumPath, openDeskBrowser, type Person, phone, plainUrl, signedIn, wide } from './support/desk-browser.ts';
import { entriesOf } from './support/entries.ts';
import { seedPublisher } from './support/seed.ts';
import { startTestSite, type TestSite } from './support/site.ts';
import { until } from './support/wait.ts';
import { bridge, bridgeFollowUp, council, councilElsewhere } from './story-texts.ts';

describe.skipIf(chromiumPath === '')('stories in the console', () => {
  let db: Db;
  let site: TestSite;
  let desk: Awaited<ReturnType<typeof openDeskBrowser>>;
  let editor: Person;
  let context: Context;
  let papers: { id: number; slug: string; sourceId: number }[];
  const signal = new AbortController().signal;
  const log = createLog({ level: 'error', isTerminal: false });

  beforeAll(async () => {
    db = await freshDatabase();
    await ensurePartitions(db);
    site = await startTestSite(db, { publicUrl: plainUrl });
    desk = await openDeskBrowser(() => site.url);
    editor = await signedIn(db, 'editor');
  });

  beforeEach(async () => {
    await sql`truncate publisher, source, entry, entry_key, cluster_due, story, story_entry, story_fit, story_word, entry_sketch, entry_text, story_event,
      story_decree, story_revision, story_correction, story_tombstone, story_pin, story_headline, publisher_habit, comment, edition, document restart identity cascade`.execute(
      db,
    );
    context = {
      config: loadConfig({ DATABASE_URL: 'postgres://unused/db' }),
      db,
      http: createHttp({ guard: createGuard({}), userAgent: 'test' }),
      reader: inlineReader(),
      now: () => new Date(),
      log,
      signal,
    };
    papers = [];
    for (const name of ['Báo Mường Chanh', 'Báo Đông Chiêu', 'Đài Nà Lìm', 'Báo Tà Lềnh'])
      papers.push(await seedPublisher(db, { name, province: '14' }));
    await ensureEditions(db, [{ path: 'tin-moi', title: 'Tin mới', filter: {} }]);
    const edition = await db.selectFrom('edition').select('id').executeTakeFirstOrThrow();
    for (const format of ['rss', 'atom', 'json', 'partner'] as const) await requestDocument(db, edition.id, format);
    desk.problems.length = 0;
  });

  const publish = () => publishDue({ db, now: () => new Date(), log, signal, config: { publicUrl: plainUrl } });

  // What jobs would do: clustering, search, related, documents.
  async function settle(): Promise<void> {
    await clusterDue(context);
    await followStories({ db, signal });
    await relateDue({ db, signal });
    await publish();
  }

  async function post(
    paper: number,
    text: typeof bridge,
    more: Parameters<ReturnType<typeof entriesOf>['post']>[2] = {},
  ) {
    const at = new Date(Date.now() - 3_600_000);
    return entriesOf(db, at).post(papers[paper] ?? { id: 0, sourceId: 0 }, text, { province: '14', ...more });
  }

  const storyOf = async (entry: number) =>
    (await db.selectFrom('story_entry').select('story_id').where('entry_id', '=', entry).executeTakeFirstOrThrow())
      .story_id;
  const feeds = ['/feeds/tin-moi.rss', '/feeds/tin-moi.atom', '/feeds/tin-moi.json', '/'];
  const shownIn = async (text: string) => {
    const found: string[] = [];
    for (const path of feeds) if ((await site.get(path)).text.includes(text)) found.push(path);
    return found;
  };

  it('shows why entries are one story, what was kept apart and why, and lets a wrong one be split', async () => {
    const wire = { ...bridge, body: `${bridge.body}\nTheo TTXVN` };
    const [first, second, third] = [await post(0, bridge), await post(1, wire), await post(2, wire)];
    await post(3, council);
    await post(3, councilElsewhere);
    await settle();
    const story = await storyOf(first);
    expect(await storyOf(third)).toBe(story);

    const page = await desk.visit(editor, '/quan-tri/tin');
    await page.click(`text=${bridge.title}`);
    const told = (await page.textContent('main')) ?? '';
    expect(told).toMatch(/với bài \d+: (?:giống nhau từng chữ|gần như giống nhau cả bài); chữ chung (?:1,00|0,9\d)/);
    expect(told).toContain('ghi nguồn: TTXVN');
    expect(told).toContain('1 bài khác cũng ghi nguồn TTXVN');
    await page.check(`input[name=bai][value="${second}"]`);
    await page.fill('input[name=ly-do-tach]', 'Hai vụ khác nhau');
    await page.click('button[value=tach]');
    expect(await page.textContent('[role=status]')).toMatch(/Đã tách\. Các bài đã chọn nay là tin \d+\./);
    const [now, rest] = [await storyOf(second), await storyOf(first)];
    expect([now === story, rest]).toEqual([false, story]);
    expect(await page.textContent('section:has(#gan-giong)')).toContain(
      `${editor.name} đã tách riêng: Hai vụ khác nhau`,
    );
    await post(3, wire);
    await settle();
    expect(await storyOf(second)).toBe(now);
    const [line] = await searchAudit(db, 'story split', 1, null);
    expect(line).toMatchObject({ actor: editor.name, action: 'story.split', target: String(story) });

    const near = await desk.visit(editor, `/quan-tri/tin?q=${encodeURIComponent('"Tà Lềnh"')}`);
    await near.click(`text=${council.title}`);
    expect(await near.textContent('section:has(#gan-giong)')).toMatch(
      /Huổi Sản[\s\S]*tách riêng vì (?:khác|hai tiêu đề|phần mở đầu|báo này)/,
    );
    expect(desk.problems).toEqual([]);
  }, 30_000);

  it('withdraws a story with a reason: it is gone from every feed within 5 s, and the page tells how long it took', async () => {
    const entry = await post(0, bridge);
    await post(1, council);
    await settle();
    const story = await storyOf(entry);
    expect(await shownIn('Cầu treo bản Nà Lìm')).toEqual(feeds);

    const page = await desk.visit(editor, `/quan-tri/tin/${story}`);
    await page.click('button[value=go]');
    expect(await page.textContent('[role=alert]')).toBe('Cần một lý do.');
    await page.fill('input[name=ly-do]', 'Báo đã gỡ bài');
    // The paper took it back two hours ago, on the desk's clock.
    const since = new Date(Date.now() + (7 - 2) * 3_600_000).toISOString().slice(0, 16);
    await page.fill('input[name=tu-luc]', since);
    const began = performance.now();
    await page.click('button[value=go]');
    await publish();
    await until(async () => (await shownIn('Cầu treo bản Nà Lìm')).length === 0);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await page.textContent('main')).toMatch(/Sau [\d,]+ giây không còn nguồn cấp nào chứa tin \(4 nguồn cấp/);
    expect(await page.textContent('main')).toMatch(/Tính từ [\d:]+ [\d/]+: 1(?:19|20|21)(?:,\d)? phút/);
    expect((await site.get('/feeds/doi-tac/tin-moi.atom')).text).toContain('<at:comment>Báo đã gỡ bài</at:comment>');
    expect((await site.get(`/tin/${story}-x`)).status).toBe(410);
    const [line] = await searchAudit(db, 'story withdraw', 1, null);
    expect(line).toMatchObject({ action: 'story.withdraw', detail: { reason: 'Báo đã gỡ bài', documents: 4 } });
    expect(line?.detail['seconds']).toBeTypeOf('number');

    await page.goto(`${site.url}/quan-tri/tin?trang-thai=withdrawn`);
    expect(await page.textContent('tbody')).toContain('Báo đã gỡ bài');
    await page.click(`text=${bridge.title}`);
    await page.fill('input[name=ly-do]', 'Báo đăng lại');
    await page.click('button[value=hien]');
    await settle();
    await until(async () => (await shownIn('Cầu treo bản Nà Lìm')).length === feeds.length);
  }, 30_000);

  it('holds a story into the queue and releases it', async () => {
    const entry = await post(0, bridge);
    await settle();
    const story = await storyOf(entry);
    const page = await desk.visit(editor, `/quan-tri/tin/${story}`);
    await page.fill('input[name=ly-do]', 'Chờ xác minh');
    await page.click('button[value=giu]');
    await publish();
    await until(async () => (await shownIn('Cầu treo bản Nà Lìm')).length === 0);
    await page.goto(`${site.url}/quan-tri/tin`);
    await page.click('.tabs a:has-text("Đang giữ")');
    expect(await page.textContent('tbody')).toContain('Chờ xác minh');
    await page.fill('input[name=q]', 'cau treo');
    await page.click('button.main');
    await page.click(`text=${bridge.title}`);
    await page.fill('input[name=ly-do]', 'Đã xác minh');
    await page.click('button[value=hien]');
    expect(await page.textContent('[role=status]')).toBe('Tin đã hiện lại.');
  });

  it('merges two stories after a look at both; the younger address redirects', async () => {
    const [first, second] = [await post(0, bridge), await post(1, bridgeFollowUp)];
    await settle();
    const [older, younger] = [await storyOf(first), await storyOf(second)];
    const page = await desk.visit(editor, `/quan-tri/tin/${younger}`);
    await page.fill('input[name=voi]', `${plainUrl}/tin/${older}-cau-treo`);
    await page.click('text=Xem trước khi gộp');
    expect(await page.textContent('main')).toContain(`Tin ${older} ở lại`);
    await page.fill('input[name=ly-do-gop]', 'Cùng một việc');
    await page.click('button[value=gop]');
    expect(page.url()).toContain(`/quan-tri/tin/${older}?xong=gop`);
    expect(await page.locator('.entries input[name=bai]').count()).toBe(2);
    await until(async () => (await site.get(`/tin/${younger}-x`)).status === 301);
  });

  it('edits a headline with a note that readers see, pins the lead, corrects; the revisions show what changed', async () => {
    const [, second] = [await post(0, bridge), await post(1, bridge)];
    await settle();
    const story = await storyOf(second);
    const page = await desk.visit(editor, `/quan-tri/tin/${story}`);
    await page.fill('input[name=tieu-de]', 'Cầu treo bản Nà Lìm gãy nhịp giữa sau trận mưa lớn');
    await page.fill('input[name=ghi-chu]', 'Cầu không sập hẳn.');
    await page.click('button[value=tieu-de]');
    expect(await page.textContent('h1')).toBe('Cầu treo bản Nà Lìm gãy nhịp giữa sau trận mưa lớn');
    expect(await page.locator('.diff ins').first().textContent()).toContain('gãy');
    expect(await page.locator('.diff del').first().textContent()).toContain('sập');
    await page.click(`button[name=dan][value="${second}"]`);
    expect(await page.textContent('li:has(strong:has-text("★"))')).toContain('Báo Đông Chiêu');
    expect(await page.textContent('h1')).toBe('Cầu treo bản Nà Lìm gãy nhịp giữa sau trận mưa lớn');
    await publish();
    const told =
      'Toà soạn sửa tiêu đề (báo viết: “Cầu treo bản Nà Lìm sập một nhịp sau trận mưa lớn”). Cầu không sập hẳn.';
    await until(async () =>
      (await site.get(`/tin/${story}-cau-treo-ban-na-lim-gay-nhip-giua-sau-tran-mua-lon`)).text.includes(told),
    );
    expect((await site.get('/feeds/tin-moi.rss')).text).toContain('gãy nhịp giữa');
  });

  it('pins and bans related stories at once', async () => {
    const [first, second] = [await post(0, bridge), await post(1, council)];
    await settle();
    const [story, other] = [await storyOf(first), await storyOf(second)];
    const page = await desk.visit(editor, `/quan-tri/tin/${story}`);
    await page.fill('input[name=voi-lq]', String(other));
    await page.click('button[name=viec][value=lq-ghim]');
    expect(await page.textContent('section:has(#lien-quan)')).toContain('được ghim');
    expect((await site.get(`/tin/${story}/tin-lien-quan.json`)).text).toContain(council.title);
    await page.click(`button[name=lq-cam][value="${other}"]`);
    expect(await page.textContent('section:has(#lien-quan)')).toContain('bị cấm');
  });

  it('is moved through by keyboard, with the keys told', async () => {
    await post(0, bridge);
    await post(1, council);
    await settle();
    const page = await desk.visit(editor, '/quan-tri/tin', { javaScriptEnabled: true });
    expect(await page.locator('[data-keys-help]').isVisible()).toBe(true);
    const focused = () => page.evaluate('document.activeElement.textContent');
    await page.keyboard.press('j');
    const first = await focused();
    await page.keyboard.press('j');
    const second = await focused();
    await page.keyboard.press('k');
    expect([await focused(), first === second]).toEqual([first, false]);
    await page.keyboard.press('/');
    await page.keyboard.type('jk');
    expect(await page.inputValue('input[name=q]')).toBe('jk');
    await page.focus('tbody a');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/quan-tri\/tin\/\d+$/);
    expect(desk.problems).toEqual([]);
  });

  it('shows viewers everything and lets them do nothing', async () => {
    const entry = await post(0, bridge);
    await settle();
    const story = await storyOf(entry);
    const viewer = await signedIn(db, 'viewer');
    const page = await desk.visit(viewer, `/quan-tri/tin/${story}`);
    expect(await page.textContent('main')).toContain('Bài mở đầu tin');
    expect(await page.locator('main form').count()).toBe(0);
    const answer = await page.request.post(`${site.url}/quan-tri/tin/${story}`, { form: { viec: 'go', 'ly-do': 'x' } });
    expect(answer.status()).toBe(403);
  });

  it('has nothing that axe finds fault with, and fits a phone and a desk', async () => {
    const wire = { ...bridge, body: `${bridge.body}\nTheo TTXVN` };
    const [first, , other] = [await post(0, bridge), await post(1, wire), await post(3, council)];
    await post(3, councilElsewhere);
    await settle();
    const [story, near] = [await storyOf(first), await storyOf(other)];
    const page = await desk.visit(editor, `/quan-tri/tin/${story}`);
    await page.fill('input[name=tieu-de]', 'Cầu treo bản Nà Lìm gãy nhịp giữa');
    await page.fill('input[name=ghi-chu]', 'Cầu không sập hẳn.');
    await page.click('button[value=tieu-de]');
    for (const [name, path] of [
      ['stories', '/quan-tri/tin'],
      ['story', `/quan-tri/tin/${story}`],
      ['story-merge', `/quan-tri/tin/${story}/gop?voi=${near}`],
    ] as const)
      for (const viewport of [phone, wide]) {
        const judged = await desk.judge(editor, path, viewport, `desk-${name}`);
        expect({ path, ...judged }).toEqual({ path, status: 200, faults: [], surplus: 0 });
      }
  }, 120_000);
});
