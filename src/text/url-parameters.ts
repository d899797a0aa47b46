// Tells which query parameters of an address name the article and which only say how a reader came to it.

const trackingPrefix =
  /^(?:utm|vnn|hsa|mc|pk|piwik|matomo|mtm|stm|itm|ga|fb|hmb|hs|oly|vero|wt|ns|at|dm|elq|cx|trk|af|aff|adj|zalo|_x_tr|aspsessionid)_/;
const tracking = new Set(
  (
    'fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id igshid igsh mibextid sfnsn extid rdid share_url ' +
    'zarsrc gidzl zalo_share zalosrc zaloshare zclid dicbo openinbrowser obclid outbrainclickid tblci cmpid cmp ncid sr_share smid smtyp spm scm ' +
    '_ga _gl _gac _hsenc _hsmi __hstc __hssc __hsfp mkt_tok trk trkcampaign trkinfo srsltid ved usg sa gad gad_source gad_campaignid s_cid s_kwcid ' +
    'ref_src ref_url refsrc referer referrer referral cb nocache no_cache cachebuster rand random timestamp _ __cf_chl_tk __twitter_impression ' +
    'phpsessid jsessionid aspsessionid sessionid __s guccounter guce_referrer guce_referrer_sig rss_source feed_id xtor echobox ' +
    'wickedid epik pp nr_email_referer campaign campaignid adgroupid adid ad_id medium share shared share_id sharer shareid social socialsrc ' +
    'fromsrc from_source frm isappinstalled wprov _branch_match_id bclid vgo_ee action_object_map action_type_map action_ref_map fs hc_location ' +
    'locale_redirect mobile_redirect back_url backlink returnurl return_url'
  ).split(' '),
);
// Names that sites use for ids as well: tracking only when the value is a word, never when it holds a digit.
const trackingWord = new Set(
  'ref source src from via origin box pos position tracking channel kenh nguon click type_source feed rss app'.split(
    ' ',
  ),
);

/** Whether the parameter only says how a reader came here. `name` in lower case. */
export function isTracking(name: string, value: string): boolean {
  if (trackingPrefix.test(name) || tracking.has(name) || name.startsWith('utm')) return true;
  return trackingWord.has(name) && !/\d/.test(value);
}

const variants = new Set(
  'amp print printable printview isprint inbai tmpl outputtype output view mode layout format device m mobile ismobile desktop'.split(
    ' ',
  ),
);
const variantNames = new Set('amp print printable printview isprint inbai ismobile'.split(' '));
const variantValue = /^(?:amp|print|printable|printpreview|mobile|desktop|component|pc|1|true|yes|)$/i;

const firstPage = new Set(['page', 'trang', 'pageindex', 'paged']);

/** Whether the parameter asks for another dress of the same page: AMP, print, mobile, or its first page. `name` in lower case. */
export function isVariant(name: string, value: string): boolean {
  if (value === '1' && firstPage.has(name)) return true;
  if (!variants.has(name)) return false;
  if (variantNames.has(name)) return variantValue.test(value);
  return /^(?:amp(?:-type)?|print|printable|printpreview|mobile|desktop|component)$/i.test(value);
}

const articleId = new Set(
  'id articleid article_id newsid news_id aid itemid item_id postid post_id tinid tin_id idtin id_tin baivietid idbaiviet contentid content_id nid storyid distributionid'.split(
    ' ',
  ),
);
const navigation = new Set(
  'cat catid cat_id cateid cate_id cid categoryid category_id category sectionid section_id menuid menu_id mid zoneid zone_id tabid tab parentid parent_id chuyenmuc chuyenmucid idmenu'.split(
    ' ',
  ),
);

/**
 * Whether the parameter only says in which section the article stands, given the `names` (lower case) of all parameters: true for
 * such names when another one carries the article's id. Joomla's `Itemid` is a menu beside its `id`.
 */
export function isNavigation(name: string, names: ReadonlySet<string>): boolean {
  if (name === 'itemid') return names.has('id') && names.has('option');
  if (!navigation.has(name)) return false;
  for (const other of names) if (other !== name && articleId.has(other)) return true;
  return false;
}
