// /quan-tri/suc-khoe → how the river stands: for people, as JSON, and its alerts as a feed (by session, or by a private link).
import { html } from 'hono/html';
import { listLatestAlerts, listLivingAlerts, noticeTroubles } from '../../store/alert.ts';
import { audited } from '../../store/audit.ts';
import { listSamples } from '../../store/health.ts';
import { listHubTallies } from '../../store/push-body.ts';
import { readSetting, writeSetting } from '../../store/setting.ts';
import { toAlertFeed } from '../../watch/feed.ts';
import { lookAround } from '../../watch/look.ts';
import { alertWords } from '../../watch/words.ts';
import type { Lang } from '../words.ts';
import type { Desk } from './desk.ts';
import { freshToken, hashToken } from './door.ts';
import {
  alertPanel,
  curvePanel,
  freshPanel,
  hubPanel,
  pastPanel,
  queuePanel,
  sourcePanel,
  storagePanel,
} from './health-parts.ts';
import { actionButton } from './parts.ts';
import { consoleHeaders, mayAs, type Visitor } from './shell.ts';
import { healthWords } from './words-health.ts';

const path = '/quan-tri/suc-khoe';
const feedPath = `${path}/canh-bao.atom`;
// The link itself is kept nowhere: 256 random bits need no slow hash.
const linkSetting = 'alert_feed';
const dayMs = 86_400_000;
const mostAlerts = 50;

/** Adds the screen, its JSON and its feeds. Reads what the watch reads; making a link touches setting and audit. */
export function addHealth(desk: Desk): void {
  const { ctx, show } = desk;
  const { publicUrl } = ctx.config;

  async function screen(visitor: Visitor, link: string | null): Promise<Response> {
    const { lang } = visitor;
    const words = healthWords(lang);
    const now = ctx.now();
    const [standing, living, latest, samples, hubs, troubles] = await Promise.all([
      lookAround(ctx),
      listLivingAlerts(ctx.db),
      listLatestAlerts(ctx.db, mostAlerts),
      listSamples(ctx.db, new Date(now.getTime() - dayMs)),
      listHubTallies(ctx.db, 20),
      noticeTroubles(ctx.db),
    ]);
    const { figures } = standing;
    const open = living.filter((alert) => alert.openedAt !== null);
    const { alerts } = ctx.config;
    const isTold = (alerts?.smtpUrl ?? alerts?.webhookUrl ?? null) !== null;
    const isStuck = troubles.waiting > 0 && troubles.error !== null;
    const content = html`${isTold ? '' : html`<p class="note">${words.noChannel}</p>`}${
      isStuck ? html`<p class="bad">${words.notTold(troubles.waiting)}: ${troubles.error}</p>` : ''
    }${alertPanel(open, now, lang)}${curvePanel(samples, now, lang)}
<div class="split">${sourcePanel(standing, now, lang)}${queuePanel(figures, lang)}${freshPanel(figures, lang)}${storagePanel(figures, lang)}</div>
${hubPanel(hubs, lang)}${pastPanel(latest.filter((alert) => alert.closedAt !== null).slice(0, 20), lang)}
<section class="panel"><h2>${words.feed}</h2><p>${words.feedText}</p>${
      link === null ? '' : html`<p class="good" role="status">${words.linkMade}<br><code>${link}</code></p>`
    }<div class="row"><a class="button" href="${feedPath}">Atom</a> <a class="button" href="${path}.json">${words.asJson}</a>${
      mayAs(visitor.session.role, 'admin') ? actionButton(visitor, `${path}/lien-ket`, words.makeLink) : ''
    }</div></section>`;
    return show(lang, visitor, { title: words.health, content, path });
  }

  async function feed(self: string, lang: Lang): Promise<Response> {
    const alerts = await listLatestAlerts(ctx.db, mostAlerts);
    const body = toAlertFeed(alerts, { publicUrl, self: `${publicUrl}${self}`, startedAt: new Date(0) }, lang);
    return new Response(body, {
      headers: consoleHeaders(publicUrl, { 'Content-Type': 'application/atom+xml; charset=utf-8' }),
    });
  }

  desk.screen(path, 'viewer', async (_call, visitor) => screen(visitor, null));

  desk.screen(`${path}.json`, 'viewer', async () => {
    const [{ figures, verdict }, living, hubs] = await Promise.all([
      lookAround(ctx),
      listLivingAlerts(ctx.db),
      listHubTallies(ctx.db, 20),
    ]);
    const alerts = living
      .filter((alert) => alert.openedAt !== null)
      .map((alert) => ({ ...alert, words: { vi: alertWords(alert, 'vi'), en: alertWords(alert, 'en') } }));
    const { states, conditions } = verdict;
    return Response.json({ alerts, states, conditions, figures, hubs }, { headers: consoleHeaders(publicUrl) });
  });

  desk.screen(feedPath, 'viewer', async (_call, { lang }) => feed(feedPath, lang));

  desk.open('get', `${path}/:link{[A-Za-z0-9_-]{43}\\.atom}`, async (call) => {
    const token = (call.req.param('link') ?? '').replace(/\.atom$/, '');
    const kept = await readSetting(ctx.db, linkSetting);
    if (typeof kept !== 'string' || kept !== hashToken(token).toString('hex'))
      return new Response('404\n', {
        status: 404,
        headers: consoleHeaders(publicUrl, { 'Content-Type': 'text/plain' }),
      });
    return feed(`${path}/${token}.atom`, desk.langOf(call));
  });

  desk.act(`${path}/lien-ket`, 'admin', async (_call, visitor) => {
    const token = freshToken();
    const note = { actor: visitor.session.name, action: 'health.feed_link', target: 'alerts' };
    await audited(ctx.db, note, (trx) => writeSetting(trx, linkSetting, hashToken(token).toString('hex')));
    return screen(visitor, `${publicUrl}${path}/${token}.atom`);
  });
}
