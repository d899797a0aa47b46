// Bytes in an unnamed legacy encoding → the encoding their letters fit best.

/** How well a decoding reads: share of non-ASCII characters that are common letters of the script it belongs to. */
type Candidate = { label: string; common: RegExp; weight: number };

/** Frequent letters of each script; rare ones are what a wrong decoder produces. */
const CANDIDATES: readonly Candidate[] = [
  { label: 'euc-jp', common: /[\u3040-\u30ff\u3001\u3002]/g, weight: 1.6 },
  { label: 'shift_jis', common: /[\u3040-\u30ff\u3001\u3002]/g, weight: 1.6 },
  { label: 'euc-kr', common: /[\uac00-\ud7a3]/g, weight: 1 },
  {
    label: 'gb18030',
    common:
      /[的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏]/g,
    weight: 1.3,
  },
  {
    label: 'big5',
    common:
      /[的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她裡後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長]/g,
    weight: 1.6,
  },
  { label: 'windows-874', common: /[\u0e01-\u0e3a\u0e40-\u0e4e]/g, weight: 0.9 },
  { label: 'windows-1255', common: /[\u05d0-\u05ea]/g, weight: 1 },
  { label: 'windows-1251', common: /[оеаинтсрвлкмдпуяыьгзбО]/g, weight: 1.1 },
  { label: 'koi8-r', common: /[оеаинтсрвлкмдпуяыьгзб]/g, weight: 1.1 },
  { label: 'iso-8859-5', common: /[оеаинтсрвлкмдпуяыьгзб]/g, weight: 1.1 },
  { label: 'ibm866', common: /[оеаинтсрвлкмдпуяыьгзб]/g, weight: 1.1 },
  { label: 'windows-1253', common: /[αειοτνσρςηκπυλάέίό]/g, weight: 1.1 },
  {
    label: 'windows-1256',
    common: /[\u0627\u0644\u064a\u0645\u0646\u0648\u0631\u062a\u0628\u0629\u0639\u062f\u0633\u0641\u0647\u0643]/g,
    weight: 1.1,
  },
];

/** Bytes looked at: enough for statistics, cheap for any size. */
const SAMPLE = 20_000;
/** Below this share of expected letters a script is not recognised. */
const LEAST = 0.6;

/** Bytes to which windows-1252 gives no letter: a text that holds one is written in something else. */
const UNASSIGNED_1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/**
 * WHATWG label of the likeliest encoding; where no script shows, `windows-1258` when Vietnamese marks fit, else `windows-1252`, or
 * `iso-8859-2`, the next widest-spread set, when windows-1252 cannot be.
 */
export function guessEncoding(bytes: Uint8Array): string {
  const sample = bytes.subarray(0, SAMPLE);
  let best = { label: 'windows-1252', score: LEAST };
  for (const candidate of CANDIDATES) {
    const text = new TextDecoder(candidate.label).decode(sample, { stream: true });
    const foreign = text.replace(/[\0-\x7f]+/g, '');
    if (foreign.length < 4) continue;
    const common = foreign.match(candidate.common)?.length ?? 0;
    const damaged = foreign.split('\ufffd').length - 1;
    const score = ((common - damaged * 3) / foreign.length) * candidate.weight;
    if (score > best.score) best = { label: candidate.label, score };
  }
  if (best.label === 'windows-1252') {
    const text = new TextDecoder('windows-1258').decode(sample, { stream: true });
    const marks = text.match(/[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY][\u0300\u0301\u0303\u0309\u0323]/g)?.length ?? 0;
    const foreign = text.match(/[^\0-\x7f]/g)?.length ?? 0;
    if (marks >= 3 && marks > foreign * 0.2) return 'windows-1258';
    if (sample.some((byte) => UNASSIGNED_1252.has(byte))) return 'iso-8859-2';
  }
  return best.label;
}
