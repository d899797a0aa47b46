// The kept answers of a source → their facts, redirects, headers and bytes as inert text; and the addresses they lead to.
import { html } from 'hono/html';
import type { KeptAnswer } from '../../store/source-answer.ts';
import type { Lang } from '../words.ts';
import { dataTable, facts, timeTag } from './parts.ts';
import type { Html } from './shell.ts';
import { sourcePageWords } from './words-source-page.ts';

const shownBytes = 20_000;

/** Bytes as text for eyes: in the charset that the headers or the document's first line name, UTF-8 else; never fails. */
export function eyeText(answer: Pick<KeptAnswer, 'body' | 'headers'>, bytes = shownBytes): string {
  const head = answer.body.subarray(0, 1_024).toString('latin1');
  const said =
    /charset=["']?([\w-]+)/i.exec(answer.headers['content-type'] ?? '')?.[1] ??
    /(?:encoding|charset)=["']?([\w-]+)/i.exec(head)?.[1] ??
    'utf-8';
  const decode = (label: string) => new TextDecoder(label).decode(answer.body.subarray(0, bytes));
  let text: string;
  try {
    text = decode(said);
  } catch {
    text = decode('utf-8');
  }
  // Control characters would end a line or turn it around where they are only looked at.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** One answer, folded up. */
export function answerView(sourceId: number, answer: KeptAnswer, now: Date, lang: Lang): Html {
  const words = sourcePageWords(lang);
  const shown = Math.min(answer.body.length, shownBytes);
  return html`<h3>${answer.kind === 'good' ? words.goodAnswer : words.badAnswer}</h3>${facts([
    [words.keptAt, timeTag(answer.at, now, lang)],
    [words.status, answer.status ?? '–'],
    [words.answered, html`<span class="code">${answer.url}</span>`],
    [
      words.chain,
      answer.hops.length === 0
        ? words.noChain
        : html`<ol class="hops">${answer.hops.map((hop) => html`<li><span class="code">${hop.status} ${hop.url}</span></li>`)}<li><span class="code">${answer.status ?? ''} ${answer.url}</span></li></ol>`,
    ],
    [words.note, answer.note === null ? null : html`<span class="code">${answer.note}</span>`],
  ])}<details><summary>${words.headers}</summary>${dataTable({
    caption: words.headers,
    columns: [words.name, words.value],
    rows: Object.entries(answer.headers).map(([name, value]) => [
      html`<span class="code">${name}</span>`,
      html`<span class="code">${value}</span>`,
    ]),
  })}</details>
<details><summary>${words.body}</summary><p class="small soft">${words.cut(words.size(shown), words.size(answer.bytes))} <a href="/quan-tri/nguon/${sourceId}/tra-loi/${answer.kind}" download>${words.download}</a></p><pre class="raw" tabindex="0">${eyeText(answer)}</pre></details>`;
}
