// TypeScript text → the parts the house rules look at: its imports, and its code without comments, strings and patterns.

/** One import or re-export; `path` as written. */
export type Import = { path: string; isType: boolean };

/** Every import, re-export and dynamic import with a literal path, in order. */
export function importsOf(text: string): Import[] {
  // Looked for in the blanked text, as strings may hold words that look like imports.
  const pattern = /\b(?:import|export)\s+(type\s+)?([\w*\s{},$]*?from\s*)?('+)|\bimport\(\s*('+)/g;
  return [...blank(text).matchAll(pattern)].flatMap((match) => {
    const quotes = match[3] ?? match[4] ?? '';
    const end = match.index + match[0].length;
    const isNamed = match[2] !== undefined || match[0].startsWith('import');
    // `import { type A, type B }` leaves nothing behind either.
    const isEachType = /^\{(\s*type\s+\w[^,}]*,?)+\s*\}/.test((match[2] ?? '').trim());
    return isNamed
      ? [{ path: text.slice(end - quotes.length + 1, end - 1), isType: match[1] !== undefined || isEachType }]
      : [];
  });
}

/**
 * The same text at the same length: comments become blanks; strings, templates and regular expressions become quotes.
 * Linear.
 */
export function blank(text: string): string {
  let out = '';
  let at = 0;
  // Depth of braces inside each template literal that is open around us.
  const templates: number[] = [];
  const hide = (until: number, isString: boolean) => {
    out += text.slice(at, until).replace(/[^\n]/g, isString ? "'" : ' ');
    at = until;
  };
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    const one = text[at] ?? '';
    if (two === '//') hide(endOf(text, '\n', at), false);
    else if (two === '/*') hide(endOf(text, '*/', at + 2) + 2, false);
    else if (one === "'" || one === '"') hide(endOfQuoted(text, at), true);
    else if (one === '`') startTemplate();
    else if (one === '/' && isPatternHere(out)) hide(endOfPattern(text, at), true);
    else if (one === '}' && templates.at(-1) === 0) {
      templates.pop();
      startTemplate();
    } else {
      const depth = templates.length - 1;
      if (one === '{' && depth >= 0) templates[depth] = (templates[depth] ?? 0) + 1;
      if (one === '}' && depth >= 0) templates[depth] = (templates[depth] ?? 0) - 1;
      out += one;
      at += 1;
    }
  }
  return out;

  function startTemplate(): void {
    let end = at + 1;
    while (end < text.length && text[end] !== '`' && text.slice(end, end + 2) !== '${')
      end += text[end] === '\\' ? 2 : 1;
    if (text[end] === '`') return hide(end + 1, true);
    hide(Math.min(end + 2, text.length), true);
    templates.push(0);
  }
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found;
}

function endOfQuoted(text: string, from: number): number {
  let end = from + 1;
  while (end < text.length && text[end] !== text[from] && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1;
  return Math.min(end + 1, text.length);
}

function endOfPattern(text: string, from: number): number {
  let end = from + 1;
  let isInClass = false;
  while (end < text.length && text[end] !== '\n' && (isInClass || text[end] !== '/')) {
    if (text[end] === '[') isInClass = true;
    if (text[end] === ']') isInClass = false;
    end += text[end] === '\\' ? 2 : 1;
  }
  return Math.min(end + 1, text.length);
}

// A slash after a value divides; after an operator, a bracket or a keyword it opens a pattern.
function isPatternHere(before: string): boolean {
  const last = before.slice(-80).trimEnd().slice(-12);
  return /(?:^|[=(,:;!&|?{}[+\-*%<>~^]|\b(?:return|typeof|case|of|in|yield|await))$/.test(last);
}
