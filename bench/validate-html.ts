// HTML and addresses inside feeds → the rules of the validators they break.

/** Told of each broken rule: its name as validators call it, where, and the value. */
export type Report = (rule: string, where: string, value?: string) => void;

const absoluteUri = /^[a-zA-Z][0-9a-zA-Z+.-]*:(?:\/\/)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#[\]]+$/;
const uriCharacters = /^[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]*$/;
/** The ids of our items. */
export const uuid = /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What validators take for a broken encoding. */
export const badCharacter = /[\u0080-\u009f\ufffd]/;

/** An address must be absolute and within the characters of RFC 2396. */
export function checkUri(value: string, where: string, report: Report): void {
  // Square brackets only around an IPv6 host.
  const bare = value.replace(/^(https?:\/\/)\[[0-9a-f:.]+\]/i, '$1host');
  if (!absoluteUri.test(value) || !uriCharacters.test(bare)) report('InvalidLink', where, value);
  else if (/^https?:/i.test(value) && !/^\w+:\/\/[^/]/.test(value)) report('InvalidLink', where, value);
  else if (value.startsWith('urn:') && !uuid.test(value)) report('InvalidUUID', where, value);
}

const textElements = new Set(['p', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre']);
const inlineElements = new Set([
  'a',
  'strong',
  'b',
  'em',
  'i',
  'u',
  's',
  'sub',
  'sup',
  'small',
  'code',
  'mark',
  'q',
  'cite',
]);
const flowElements = new Set(['div', 'blockquote', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'td', 'th']);
const voidElements = new Set(['br', 'hr', 'img']);
const tableContents: Record<string, string[]> = {
  table: ['thead', 'tbody', 'tr'],
  thead: ['tr'],
  tbody: ['tr'],
  tr: ['td', 'th'],
};
const allowedAttributes: Record<string, string[]> = {
  a: ['href'],
  img: ['src', 'alt', 'width', 'height'],
  td: ['colspan', 'rowspan'],
  th: ['colspan', 'rowspan'],
};

/** Rules for HTML in content: known elements only, no style or script, absolute addresses, nested so that no parser has to mend it. */
export function checkHtml(html: string, where: string, report: Report): void {
  if (badCharacter.test(html)) report('BadCharacters', where);
  const open: string[] = [];
  const pattern = /<(\/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"<]*")*)>|<|&(?:amp|lt|gt|quot|#39);|&|[^<&]+/g;
  for (const [token, slash, name = '', source = ''] of html.matchAll(pattern)) {
    const top = open.at(-1) ?? '';
    if (token === '<' || token === '&') report('NotHtml', where, `bare ${token}`);
    else if (name === '') {
      if (tableContents[top] !== undefined && token.trim() !== '') report('NotHtml', where, `text in ${top}`);
    } else if (slash === '/') {
      if (open.pop() !== name) report('NotHtml', where, `</${name}> while ${top} is open`);
    } else {
      if (!textElements.has(name) && !inlineElements.has(name) && !flowElements.has(name) && !voidElements.has(name))
        report('SecurityRisk', where, name);
      const within = tableContents[top];
      if (within !== undefined && !within.includes(name)) report('NotHtml', where, `${name} in ${top}`);
      const isBlock = textElements.has(name) || flowElements.has(name) || name === 'hr';
      if (isBlock && (textElements.has(top) || inlineElements.has(top))) report('NotHtml', where, `${name} in ${top}`);
      if (inlineElements.has(name) && open.includes(name)) report('NotHtml', where, `${name} in itself`);
      if (['tr', 'td', 'th', 'thead', 'tbody'].includes(name) && within === undefined)
        report('NotHtml', where, `${name} in ${top}`);
      const attributes = [...source.matchAll(/ ([a-z]+)="([^"]*)"/g)];
      if (new Set(attributes.map(([, key]) => key)).size !== attributes.length)
        report('NotHtml', where, 'repeated attribute');
      for (const [, key = '', value = ''] of attributes) {
        if (!(allowedAttributes[name] ?? []).includes(key)) report('SecurityRiskAttr', where, `${name} ${key}`);
        if ((key === 'href' || key === 'src') && !/^https?:\/\/[^/]/.test(value))
          report('ContainsRelRef', where, value);
        if (key === 'href' || key === 'src')
          checkUri(value.replaceAll('&amp;', '&').replaceAll('&#39;', "'"), where, report);
      }
      if (!voidElements.has(name)) open.push(name);
    }
  }
  if (open.length > 0) report('NotHtml', where, `${open.join(' ')} never ends`);
}
