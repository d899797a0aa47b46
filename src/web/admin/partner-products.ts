// /quan-tri/doi-tac/<slug>/goi → products of a partner: set, removed, and any of their feeds looked at as the partner would get it.
import { html } from 'hono/html';
import { readEditionPath } from '../../edition/filter-path.ts';
import { audited } from '../../store/audit.ts';
import type { Product } from '../../store/partner.ts';
import { filtersOfPaths, listProducts, productFormats, removeProduct, setProduct } from '../../store/partner.ts';
import { openPolicy } from '../../store/policy.ts';
import { readProductWish } from '../../store/product-wish.ts';
import { makePartnerDocument } from '../partner/feeds.ts';
import type { Desk } from './desk.ts';
import { actionButton, addressWith, area, check, choice, dataTable, empty, field } from './parts.ts';
import type { PanelAt, PartnerView, ShowPartner } from './partner-parts.ts';
import { findOne, noPartner, partnersPath } from './partner-parts.ts';
import type { Html } from './shell.ts';
import { tokenField } from './shell.ts';
import { partnerWords, sizeText } from './words-partners.ts';

const longestShown = 40_000;

const addressOf = (slug: string, more = '') => `${partnersPath}/${slug}/goi${more}`;

function testLinks(slug: string, product: Product): Html {
  const feeds = product.editions.flatMap((path) =>
    product.formats.flatMap((format) => (format === 'api' ? [] : [{ path, format }])),
  );
  return html`<details><summary>${feeds.length}</summary><ul>${feeds.map(
    ({ path, format }) =>
      html`<li><a href="${addressWith(addressOf(slug, '/thu'), { goi: product.name, muc: path, dang: format })}">${path} · ${format}</a></li>`,
  )}</ul></details>`;
}

function productForm({ visitor, partner }: PanelAt, values: Product): Html {
  const words = partnerWords(visitor.lang);
  const shows = Object.entries(words.shows);
  return html`<h3 id="goi-moi">${words.newProduct}</h3><form method="post" action="${addressOf(partner.slug)}" class="fields roomy">${tokenField(visitor)}
${field('ten_goi', words.name, values.name, { isRequired: true, most: 60 })}${area('muc', words.editions, values.editions.join('\n'), { hint: words.editionsHint, rows: 3, most: 20_000 })}${choice('muc_quyen', words.show, values.show, shows)}
<fieldset><legend>${words.formats}</legend><div class="row">${productFormats.map((format) => check('dang', format, values.formats.includes(format), format))}</div></fieldset>
${check('anh', words.images, values.images)}<div class="row"><button class="main">${words.setProduct}</button></div></form>`;
}

// What was refused stands in the form again; else the product asked for, else a beginning.
function valuesOf(products: readonly Product[], view: PartnerView): Product {
  const { form } = view;
  if (form?.has('ten_goi')) {
    const show = form.get('muc_quyen');
    return {
      name: form.get('ten_goi') ?? '',
      editions: (form.get('muc') ?? '').split('\n'),
      formats: productFormats.filter((format) => form.getAll('dang').includes(format)),
      show: show === 'headline' || show === 'excerpt' ? show : 'full',
      images: form.get('anh') === '1',
    };
  }
  const known = products.find((product) => product.name === view.product);
  return known ?? { name: '', editions: ['tin-moi'], formats: ['api', 'rss'], show: 'excerpt', images: false };
}

/** The products, with links to their feeds, and the form. */
export function productsPanel(at: PanelAt, products: readonly Product[], view: PartnerView): Html {
  const { visitor, partner, isChief } = at;
  const words = partnerWords(visitor.lang);
  const table = dataTable({
    caption: words.products,
    columns: [words.name, words.editions, words.formats, words.show, words.test, ''],
    rows: products.map((product) => [
      product.name,
      html`<code>${product.editions.join(', ')}</code>`,
      product.formats.join(', '),
      `${words.shows[product.show]}, ${product.images ? words.imagesYes : words.imagesNo}`,
      testLinks(partner.slug, product),
      isChief
        ? html`<div class="row"><a class="button" href="${addressWith(`${partnersPath}/${partner.slug}`, { goi: product.name })}#goi-moi">${words.edit}</a>${actionButton(visitor, addressOf(partner.slug, '/bo'), words.remove, { fields: { goi: product.name }, tone: 'danger', say: `${words.remove} ${product.name}` })}</div>`
        : '',
    ]),
  });
  return html`<section class="panel" aria-labelledby="goi"><h2 id="goi">${words.products}</h2>${products.length === 0 ? empty(words.noProduct) : table}
${isChief ? productForm(at, valuesOf(products, view)) : ''}</section>`;
}

/** Adds setting, removing and the test feed. Touches partner_product and audit; the test feed reads stories. */
export function addPartnerProducts(desk: Desk, showPartner: ShowPartner): void {
  const { ctx, show, go } = desk;
  const policy = openPolicy(ctx.db, ctx.now);

  desk.act(`${partnersPath}/:slug/goi`, 'admin', async (call, visitor, form) => {
    const partner = await findOne(desk, call.req.param('slug'));
    if (partner === null) return noPartner(desk, visitor);
    const words = partnerWords(visitor.lang);
    const lines = (form.get('muc') ?? '').split(/[\n,]/).map(readEditionPath);
    const read = await readProductWish(ctx.db, {
      name: (form.get('ten_goi') ?? '').normalize('NFC'),
      editions: lines.filter((line) => line !== ''),
      formats: form.getAll('dang'),
      show: form.get('muc_quyen') ?? '',
      images: form.get('anh') === '1',
    });
    if ('problem' in read) {
      const { kind, words: unknown } = read.problem;
      const text =
        kind === 'editions' && unknown.length === 0
          ? words.noEditions
          : `${words.problems[kind]} ${unknown.join(', ').slice(0, 300)}`.trim();
      return showPartner(visitor, partner, { notice: { text, isBad: true }, status: 400, form });
    }
    const { product } = read;
    const note = { actor: visitor.session.name, action: 'partner.product', target: partner.slug, detail: product };
    await audited(ctx.db, note, (trx) => setProduct(trx, partner.id, product));
    return go(`${partnersPath}/${partner.slug}?da=goi`);
  });

  desk.act(`${partnersPath}/:slug/goi/bo`, 'admin', async (call, visitor, form) => {
    const partner = await findOne(desk, call.req.param('slug'));
    if (partner === null) return noPartner(desk, visitor);
    const name = form.get('goi') ?? '';
    const note = { actor: visitor.session.name, action: 'partner.product_off', target: partner.slug, detail: { name } };
    const isDone = await audited(ctx.db, note, (trx) => removeProduct(trx, partner.id, name));
    return isDone ? go(`${partnersPath}/${partner.slug}?da=bo`) : noPartner(desk, visitor);
  });

  desk.screen(`${partnersPath}/:slug/goi/thu`, 'editor', async (call, visitor) => {
    const partner = await findOne(desk, call.req.param('slug'));
    if (partner === null) return noPartner(desk, visitor);
    const { lang } = visitor;
    const words = partnerWords(lang);
    const asked = { name: call.req.query('goi') ?? '', path: call.req.query('muc') ?? '' };
    const format = productFormats.find((one) => one === call.req.query('dang'));
    const product = (await listProducts(ctx.db, partner.id)).find((one) => one.name === asked.name);
    const isIn = product?.editions.includes(asked.path) === true && format !== undefined;
    const filters = [...(await filtersOfPaths(ctx.db, product?.editions ?? [])).values()];
    const access = { ...partner, keyId: 0, products: [], takenToday: 0 };
    const made =
      product !== undefined && isIn && format !== 'api' && product.formats.includes(format)
        ? await makePartnerDocument({ ctx, policy }, access, [{ ...product, filters }], asked.path, format)
        : null;
    const crumbs = [{ href: `${partnersPath}/${partner.slug}`, name: partner.name }];
    const title = words.test;
    if (made === null) {
      const notice = { text: words.testGone, isBad: true };
      return show(lang, visitor, { title, content: html``, notice, path: partnersPath, crumbs }, 404);
    }
    const size = sizeText(Buffer.byteLength(made.text));
    const content = html`<p>${words.testText}</p><p><strong>${asked.name} · ${asked.path} · ${format}</strong>: ${words.testItems(made.publisherIds.length, size)} ${made.text.length > longestShown ? words.testCut : ''}</p>
<pre class="raw" tabindex="0" role="region" aria-label="${title}">${made.text.slice(0, longestShown)}</pre>`;
    return show(lang, visitor, { title, content, path: partnersPath, crumbs });
  });
}
