// An answer → the name of the wall that stood before the site, if one did. Recognised to be told, never to be evaded. Pure.

/** Who turned us away; `challenge` and `captcha` when the wall bears no name. */
export type Blocker =
  | 'cloudflare'
  | 'datadome'
  | 'akamai'
  | 'imperva'
  | 'sucuri'
  | 'perimeterx'
  | 'aws_waf'
  | 'vercel'
  | 'captcha'
  | 'challenge';

type Headers = Record<string, string>;

// Walls that say so in a header, whatever the status.
function byHeader(headers: Headers): Blocker | null {
  if (headers['cf-mitigated'] !== undefined) return 'cloudflare';
  if (headers['x-vercel-mitigated'] !== undefined) return 'vercel';
  if (/challenge|captcha|block/i.test(headers['x-amzn-waf-action'] ?? '')) return 'aws_waf';
  return null;
}

const refusals = new Set([401, 403, 405, 406, 429, 503, 510]);

const pages: [RegExp, Blocker][] = [
  [/captcha-delivery\.com|geo\.captcha-delivery|ddg?captcha/i, 'datadome'],
  [/\/cdn-cgi\/challenge-platform\/|cf-chl-|_cf_chl_opt|<title>Attention Required! \| Cloudflare/i, 'cloudflare'],
  [/_Incapsula_Resource|Incapsula incident ID|Request unsuccessful\. Incapsula/i, 'imperva'],
  [/Sucuri WebSite Firewall|sucuri_cloudproxy_js/i, 'sucuri'],
  [/px-captcha|_pxAppId|perimeterx/i, 'perimeterx'],
  [/AwsWafIntegration|awswaf\.com/i, 'aws_waf'],
  [/<title>Access Denied<\/title>[^]{0,2000}Reference(?:&#32;|\s)*(?:#|&#35;)/i, 'akamai'],
];
const captcha = /class=["']?(?:g-recaptcha|h-captcha|cf-turnstile)\b|hcaptcha\.com\/1\/api\.js/i;
// A page that only sets a cookie and loads itself again (seen with hosters in Viet Nam and with nginx's testcookie module).
const cookieDance =
  /document\.cookie\s*=[^]{0,4000}(?:location\.reload|location\.href\s*=|location\s*=|location\.replace)/i;

/**
 * Names the wall that answered instead of the site; null for an ordinary answer. `body` is the unpacked answer. A page of 200 is looked
 * at only when it is HTML and small (walls are), so an article that merely carries a form is not taken for one.
 */
export function blockedBy(status: number, headers: Headers, body: Uint8Array): Blocker | null {
  const named = byHeader(headers);
  if (named !== null) return named;
  const isRefusal = refusals.has(status);
  if (!isRefusal && (status !== 200 || !/html/i.test(headers['content-type'] ?? '') || body.length > 30_000))
    return null;
  if (isRefusal && (headers['x-datadome'] !== undefined || headers['x-dd-b'] !== undefined)) return 'datadome';
  if (isRefusal && status === 403 && headers['x-sucuri-id'] !== undefined) return 'sucuri';
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 30_000)).toString('latin1');
  for (const [pattern, blocker] of pages) if (pattern.test(text)) return blocker;
  if (cookieDance.test(text) && (isRefusal || body.length < 6_000)) return 'challenge';
  return isRefusal && captcha.test(text) ? 'captcha' : null;
}
