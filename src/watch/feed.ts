// Alerts → an Atom feed for the operator's own reader: an entry when one opens, the same entry updated when it ends. Pure.
import { cleanLine } from '../edition/clean.ts';
import { emptyElement, parentElement, textElement, xmlDocument } from '../edition/xml.ts';
import type { Alert } from '../store/alert.ts';
import { alertUid } from './notice.ts';
import { alertWords } from './words.ts';

/**
 * The document; `alerts` come newest first. `self` is the address it is read at. An empty list has the date `startedAt`. Dates are the
 * alerts' own, so bytes stay the same while nothing happens.
 */
export function toAlertFeed(
  alerts: readonly Alert[],
  site: { publicUrl: string; self: string; startedAt: Date },
  lang: 'vi' | 'en',
): string {
  const page = `${site.publicUrl}/quan-tri/suc-khoe`;
  const entries = alerts.map((alert) => {
    const { title, remedy } = alertWords(alert, lang);
    const isOver = alert.closedAt !== null;
    const sign = isOver ? '✓' : alert.severity === 'critical' ? '✗' : '!';
    const over = isOver ? (lang === 'vi' ? 'Hết: ' : 'Over: ') : '';
    return parentElement('entry', [
      textElement('id', `urn:uuid:${alertUid(alert.id, site.publicUrl)}`),
      textElement('title', cleanLine(`${sign} ${over}${title}`)),
      // Validators flag two entries of one moment: its number keeps an alert apart from others by less than anybody sees.
      textElement('updated', new Date(alert.changedAt.getTime() + (alert.id % 100)).toISOString()),
      textElement('published', (alert.openedAt ?? alert.changedAt).toISOString()),
      emptyElement('link', { rel: 'alternate', type: 'text/html', href: page }),
      emptyElement('category', { term: alert.kind }),
      textElement('summary', cleanLine(`${title}. ${remedy}`)),
    ]);
  });
  const updated = new Date(
    Math.max(...alerts.map((alert) => alert.changedAt.getTime() + 100), site.startedAt.getTime()),
  );
  return xmlDocument(
    parentElement(
      'feed',
      [
        textElement('id', `urn:uuid:${alertUid(0, site.publicUrl)}`),
        textElement('title', lang === 'vi' ? 'Tin Tỉnh: cảnh báo' : 'Tin Tỉnh: alerts'),
        textElement('updated', updated.toISOString()),
        parentElement('author', [textElement('name', 'Tin Tỉnh')]),
        emptyElement('link', { rel: 'self', type: 'application/atom+xml', href: site.self }),
        emptyElement('link', { rel: 'alternate', type: 'text/html', href: page }),
        ...entries,
      ],
      { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': lang },
    ),
  );
}
