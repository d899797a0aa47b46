// Published articles → the HTML pages of a paper and the page that lists all papers.
import { articleUrl, feedUrl, homeUrl, photoUrl } from './address.ts';
import type { Published } from './article.ts';
import { isoLocal, spokenTime } from './day.ts';
import { bodyHtml, escapeText, sampleNote } from './markup.ts';
import { type Paper, papers } from './papers.ts';

const style =
  'body{margin:0 auto;max-width:46rem;padding:1rem;font:18px/1.6 system-ui,sans-serif;color:#1c2420}' +
  '.mau{background:#fff3c4;border:1px solid #d9b43b;padding:.4rem .8rem;border-radius:.4rem;font-size:.9rem}' +
  'header a{font-size:1.4rem;font-weight:700;color:#14532d;text-decoration:none}h1{line-height:1.25}' +
  'img{max-width:100%;height:auto}figure{margin:1rem 0}figcaption,time,.nho{color:#566;font-size:.9rem}.sapo{font-weight:700}';

type Page = { title: string; description: string; head: string; main: string; charset: string };

function page({ title, description, head, main, charset }: Page, top: string): string {
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="${charset}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeText(title)}</title>
<meta name="description" content="${escapeText(description)}">
${head}
<style>${style}</style>
</head>
<body>
<header>${top}<p class="mau">Toà soạn thử: báo mẫu của Tin Tỉnh. Mọi bài viết, nhân vật và số liệu đều là hư cấu.</p></header>
<main>
${main}
</main>
</body>
</html>
`;
}

function topOf(origin: string, paper: Paper): string {
  return `<p><a href="${homeUrl(origin, paper.slug)}">${escapeText(paper.name)}</a><br><span class="nho">${escapeText(paper.motto)}</span></p>`;
}

function feedLinks(origin: string, paper: Paper): string {
  const typeOf: Record<Paper['dialect'], string> = {
    json: 'application/feed+json',
    atom: 'application/atom+xml',
    rdf: 'application/rdf+xml',
    'plain-rss': 'application/rss+xml',
    'full-rss': 'application/rss+xml',
    'windows-1258': 'application/rss+xml',
    damaged: 'application/rss+xml',
  };
  return paper.feeds
    .map(
      (feed) =>
        `<link rel="alternate" type="${typeOf[paper.dialect]}" title="${escapeText(feed.title)}" href="${escapeText(feedUrl(origin, paper, feed))}">`,
    )
    .join('\n');
}

function list(origin: string, articles: readonly Published[]): string {
  const rows = articles.map(
    (article) =>
      `<li><a href="${articleUrl(origin, article)}">${escapeText(article.title)}</a><br><time datetime="${isoLocal(article.publishedAt)}">${spokenTime(article.publishedAt)}</time></li>`,
  );
  return `<ul>\n${rows.join('\n')}\n</ul>`;
}

/** `articles` newest first. */
export function homePage(origin: string, paper: Paper, articles: readonly Published[]): string {
  const [first, ...others] = articles;
  const lead = first
    ? `<h1><a href="${articleUrl(origin, first)}">${escapeText(first.title)}</a></h1>\n<p class="sapo">${escapeText(first.sapo)}</p>`
    : '';
  return page(
    {
      title: paper.name,
      description: paper.motto,
      charset: paper.charset,
      head: feedLinks(origin, paper),
      main: `${lead}\n<h2>Tin mới</h2>\n${list(origin, others)}`,
    },
    topOf(origin, paper),
  );
}

/** The article with sapo, photos and byline, its facts as JSON-LD and Open Graph, and `latest` in a box below. */
export function articlePage(origin: string, paper: Paper, article: Published, latest: readonly Published[]): string {
  const url = articleUrl(origin, article);
  const images = article.photos.map((_, index) => photoUrl(origin, article, index));
  const facts = {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    mainEntityOfPage: url,
    headline: article.title,
    description: article.sapo,
    image: images,
    datePublished: isoLocal(article.publishedAt),
    dateModified: isoLocal(article.updatedAt ?? article.publishedAt),
    author: { '@type': 'Person', name: article.byline },
    publisher: { '@type': 'NewsMediaOrganization', name: paper.name },
    articleSection: article.categories[0],
    contentLocation: { '@type': 'Place', name: article.place },
    inLanguage: 'vi',
    creativeWorkStatus: sampleNote,
  };
  const og: [string, string][] = [
    ['og:type', 'article'],
    ['og:site_name', paper.name],
    ['og:title', article.title],
    ['og:description', article.sapo],
    ['og:url', url],
    ['og:locale', 'vi_VN'],
    ...images.slice(0, 1).map((image): [string, string] => ['og:image', image]),
    ['article:published_time', isoLocal(article.publishedAt)],
    ['article:section', article.categories[0] ?? ''],
  ];
  const head = [
    `<link rel="canonical" href="${url}">`,
    feedLinks(origin, paper),
    ...og.map(([property, content]) => `<meta property="${property}" content="${escapeText(content)}">`),
    `<script type="application/ld+json">${JSON.stringify(facts).replace(/</g, '\\u003c')}</script>`,
  ].join('\n');
  const main = `<article>
<p class="nho">${article.categories.map(escapeText).join(' · ')}</p>
<h1>${escapeText(article.title)}</h1>
<p><time datetime="${isoLocal(article.publishedAt)}">${spokenTime(article.publishedAt)}</time></p>
<p class="sapo">${escapeText(article.sapo)}</p>
<div class="noi-dung">
${bodyHtml(article, origin)}
</div>
</article>
<h2>Tin mới</h2>
${list(origin, latest)}`;
  return page(
    { title: `${article.title} - ${paper.name}`, description: article.sapo, charset: paper.charset, head, main },
    topOf(origin, paper),
  );
}

/** The door of the newsroom: all papers and their feeds. */
export function papersPage(origin: string): string {
  const rows = papers.map((paper) => {
    const feeds = paper.feeds
      .map((feed) => `<a href="${escapeText(feedUrl(origin, paper, feed))}">${escapeText(feed.title)}</a>`)
      .join(', ');
    return `<li><a href="${homeUrl(origin, paper.slug)}">${escapeText(paper.name)}</a>, ${escapeText(paper.provinceName)}<br><span class="nho">Nguồn cấp: ${feeds}</span></li>`;
  });
  return page(
    {
      title: 'Toà soạn thử',
      description: 'Tám tờ báo mẫu để thử Tin Tỉnh',
      charset: 'utf-8',
      head: '',
      main: `<h1>Toà soạn thử</h1>\n<ul>\n${rows.join('\n')}\n</ul>`,
    },
    '',
  );
}
