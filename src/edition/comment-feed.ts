// A story and its newest comments → a feed of them as RSS 2.0, Atom with RFC 4685, or JSON Feed 1.1.
import type { Format } from '../domain.ts';
import { escapeHtml } from '../text/markup.ts';
import { cleanCharacters, cleanLine, plausibleDate, unambiguousLine } from './clean.ts';
import { storyUrl } from './document.ts';
import { rfc3339, rfc822 } from './vietnam-time.ts';
import { emptyElement, htmlElement, parentElement, textElement, xmlDocument } from './xml.ts';

/** One comment, clean plain text; `inReplyTo` = uid of the comment it answers. */
export type CommentItem = {
  uid: string;
  name: string;
  body: string;
  inReplyTo: string | null;
  createdAt: Date;
  editedAt: Date | null;
};

/** The story they belong to. */
export type CommentedStory = { id: number; uid: string; title: string; changedAt: Date };

/** Where the feed lives, and the clock. */
export type CommentFrame = { publicUrl: string; now: Date };

/** Address of the feed of a story's comments. */
export function commentFeedUrl(publicUrl: string, storyId: number, format: Format): string {
  return `${publicUrl}/tin/${storyId}/binh-luan.${format}`;
}

type Entry = {
  id: string;
  title: string;
  url: string;
  html: string;
  published: Date;
  updated: Date;
  name: string;
  answers: { id: string; url: string };
};

function bodyHtml(body: string): string {
  const blocks = cleanCharacters(body).split(/\n{2,}/);
  return blocks.map((block) => `<p>${block.split('\n').map(escapeHtml).join('<br>')}</p>`).join('');
}

// Validators want every entry's `updated` to differ: of one millisecond the later comment goes first.
function toEntries(story: CommentedStory, comments: readonly CommentItem[], frame: CommentFrame): Entry[] {
  const page = storyUrl(frame.publicUrl, story);
  const taken = new Set<number>();
  return comments.map((comment) => {
    const published = plausibleDate(comment.createdAt, frame.now, frame.now);
    let time = plausibleDate(comment.editedAt ?? comment.createdAt, frame.now, frame.now).getTime();
    while (taken.has(time)) time -= 1;
    taken.add(time);
    const name = unambiguousLine(comment.name, 100) || 'Bạn đọc';
    const updated = new Date(time);
    return {
      id: `urn:uuid:${comment.uid}`,
      title: `Bình luận của ${name}`,
      url: `${page}#bl-${comment.uid}`,
      html: bodyHtml(comment.body),
      published: published > updated ? updated : published,
      updated,
      name,
      answers:
        comment.inReplyTo === null
          ? { id: `urn:uuid:${story.uid}`, url: page }
          : { id: `urn:uuid:${comment.inReplyTo}`, url: `${page}#bl-${comment.inReplyTo}` },
    };
  });
}

function toAtom(head: Head, entries: readonly Entry[]): string {
  return xmlDocument(
    parentElement(
      'feed',
      [
        textElement('id', head.id),
        textElement('title', head.title),
        textElement('updated', rfc3339(head.updated)),
        emptyElement('link', { rel: 'alternate', type: 'text/html', href: head.page }),
        emptyElement('link', { rel: 'self', type: 'application/atom+xml', href: head.url }),
        parentElement('author', [textElement('name', 'Tin Tỉnh')]),
        textElement('generator', 'Tin Tỉnh'),
        ...entries.map((entry) =>
          parentElement('entry', [
            textElement('id', entry.id),
            textElement('title', entry.title),
            emptyElement('link', { rel: 'alternate', type: 'text/html', href: entry.url }),
            emptyElement('thr:in-reply-to', { ref: entry.answers.id, type: 'text/html', href: entry.answers.url }),
            textElement('published', rfc3339(entry.published)),
            textElement('updated', rfc3339(entry.updated)),
            parentElement('author', [textElement('name', entry.name)]),
            htmlElement('content', entry.html, { type: 'html' }),
          ]),
        ),
      ],
      {
        xmlns: 'http://www.w3.org/2005/Atom',
        'xmlns:thr': 'http://purl.org/syndication/thread/1.0',
        'xml:lang': 'vi',
      },
    ),
  );
}

function toRss(head: Head, entries: readonly Entry[]): string {
  const channel = parentElement('channel', [
    textElement('title', head.title),
    textElement('link', head.page),
    textElement('description', head.title),
    textElement('language', 'vi'),
    textElement('lastBuildDate', rfc822(head.updated)),
    textElement('generator', 'Tin Tỉnh'),
    emptyElement('atom:link', { rel: 'self', href: head.url, type: 'application/rss+xml' }),
    ...entries.map((entry) =>
      parentElement('item', [
        textElement('title', entry.title),
        textElement('link', entry.url),
        textElement('guid', entry.id, { isPermaLink: 'false' }),
        textElement('pubDate', rfc822(entry.published)),
        textElement('dc:creator', entry.name),
        textElement('description', entry.html),
        emptyElement('thr:in-reply-to', { ref: entry.answers.id, type: 'text/html', href: entry.answers.url }),
      ]),
    ),
  ]);
  return xmlDocument(
    parentElement('rss', [channel], {
      version: '2.0',
      'xmlns:atom': 'http://www.w3.org/2005/Atom',
      'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
      'xmlns:thr': 'http://purl.org/syndication/thread/1.0',
    }),
  );
}

function toJson(head: Head, entries: readonly Entry[]): string {
  return `${JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: head.title,
    home_page_url: head.page,
    feed_url: head.url,
    language: 'vi',
    authors: [{ name: 'Tin Tỉnh' }],
    items: entries.map((entry) => ({
      id: entry.id,
      url: entry.url,
      title: entry.title,
      content_html: entry.html,
      date_published: rfc3339(entry.published),
      date_modified: rfc3339(entry.updated),
      authors: [{ name: entry.name }],
      _tra_loi: entry.answers,
    })),
  })}\n`;
}

type Head = { id: string; title: string; page: string; url: string; updated: Date };

/**
 * Writes the feed of `comments` (newest first, as given). Always valid whatever they hold: clean titles, HTML escaped, distinct `updated`.
 * Each item tells what it answers: the story, or another comment (RFC 4685 §3; in RSS as an extension). As new as its newest item, or as the story.
 */
export function renderCommentFeed(
  format: Format,
  story: CommentedStory,
  comments: readonly CommentItem[],
  frame: CommentFrame,
): { text: string; updated: Date } {
  const entries = toEntries(story, comments, frame);
  const newest = entries.reduce((latest, entry) => Math.max(latest, entry.updated.getTime()), 0);
  const updated = newest === 0 ? plausibleDate(story.changedAt, frame.now, frame.now) : new Date(newest);
  const head = {
    id: `urn:uuid:${story.uid}#binh-luan`,
    title: cleanLine(`Bình luận: ${unambiguousLine(story.title, 180)}`),
    page: storyUrl(frame.publicUrl, story),
    url: commentFeedUrl(frame.publicUrl, story.id, format),
    updated,
  };
  const write = { rss: toRss, atom: toAtom, json: toJson }[format];
  return { text: write(head, entries), updated };
}
