// Foreign HTML → what the store would keep of it, by the base address that the battery's strings assume.
import { safeHtml } from '../../src/text/markup.ts';

const clean = (html: string): string => safeHtml(html, { baseUrl: 'https://site.example/' });

// oxlint-disable-next-line import/no-default-export -- the judge asks for it by this name
export { clean as default };
