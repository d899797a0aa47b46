// `tin partners`: who may take stories, with which keys and products, and what was taken.
import { parseArgs } from 'node:util';
import { ConfigError } from '../errors.ts';
import type { Db } from '../store/db.ts';
import type { Partner } from '../store/partner.ts';
import {
  insertPartner,
  isPartnerSlug,
  listKeys,
  listPartners,
  listProducts,
  makeKey,
  partnerBySlug,
  productFormats,
  productNames,
  removeProduct,
  revokeKey,
  setProduct,
  updatePartner,
} from '../store/partner.ts';
import type { ProductProblem } from '../store/product-wish.ts';
import { readProductWish } from '../store/product-wish.ts';
import { requestsByPartner, usageByPublisher } from '../store/usage.ts';
import { requestsCsv, usageCsv } from '../web/partner/usage-csv.ts';
import type { Io } from './io.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin partners list
tin partners add SLUG --name NAME [--contact MAIL] [--per-minute N] [--per-day N]
tin partners change SLUG [--per-minute N] [--per-day N] [--off | --on]
tin partners key SLUG [--path] [--days N] [--note TEXT]    make a key, shown once; --path: for addresses, /k/<key>/tin-moi.rss
tin partners keys SLUG                                     its keys without their secrets
tin partners revoke SLUG KEY-ID                            end a key; refused within 5 s
tin partners products SLUG [NAME --editions A,B --formats ${productFormats.join(',')}
                            [--show headline|excerpt|full] [--no-images] | NAME --remove]
tin partners usage [--from DAY] [--to DAY] [--partner SLUG] [--publisher SLUG] [--requests]    CSV of what was taken`;

const dayMs = 86_400_000;

function wrong(problem: string, remedy = help): ConfigError {
  return new ConfigError('cli.partners', problem, { remedy });
}

function readCount(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (!/^\d{1,8}$/.test(value) || Number(value) < 1) throw wrong(`--${name} ${value} is no count`);
  return Number(value);
}

function readSlug(slug: string | undefined): string {
  if (slug === undefined || !isPartnerSlug(slug))
    throw wrong(
      `"${slug ?? ''}" is no name of a partner`,
      'write small letters, digits and hyphens, for example trang-a',
    );
  return slug;
}

function readWords(value: string | undefined): string[] {
  return (value ?? '').split(',').filter((word) => word !== '');
}

function noProduct({ kind, words }: ProductProblem): ConfigError {
  if (kind === 'editions' && words.length > 0)
    return wrong(`there is no edition ${words.join(', ')}`, 'see /feeds for the paths of editions');
  if (kind === 'show') return wrong(`--show ${words.join()} is none of headline, excerpt, full`);
  if (kind === 'name') return wrong('the name of a product has 1 to 60 characters');
  return wrong('a product needs --editions and --formats', `formats are ${productFormats.join(', ')}`);
}

type Values = Record<string, string | boolean | undefined>;
const textOf = (value: string | boolean | undefined) => (typeof value === 'string' ? value : undefined);

async function showList(db: Db, io: Io): Promise<number> {
  const rows = await listPartners(db);
  const names = await productNames(db);
  io.stdout.write(
    toTable(
      ['id', 'đối tác', 'tên', 'hạn mức/phút', 'hạn mức/ngày', 'trạng thái', 'gói'],
      rows.map((row) => [
        String(row.id),
        row.slug,
        row.name,
        String(row.perMinute),
        String(row.perDay),
        row.isActive ? 'đang mở' : 'đã tắt',
        names.get(row.id)?.join(', ') ?? '–',
      ]),
    ),
  );
  return 0;
}

async function add(db: Db, io: Io, slug: string, values: Values): Promise<number> {
  const id = await insertPartner(db, {
    slug,
    name: textOf(values['name']) ?? slug,
    contact: textOf(values['contact']) ?? '',
    perMinute: readCount('per-minute', textOf(values['per-minute']), 120),
    perDay: readCount('per-day', textOf(values['per-day']), 50_000),
  });
  io.stdout.write(
    id === null
      ? `Đã có đối tác ${slug}.\n`
      : `Đã thêm đối tác ${slug}. Tiếp theo: tin partners products ${slug} chung --editions tin-moi --formats api,rss; tin partners key ${slug}\n`,
  );
  return id === null ? 1 : 0;
}

async function change(db: Db, io: Io, partner: Partner, values: Values): Promise<number> {
  await updatePartner(db, partner.slug, {
    perMinute: readCount('per-minute', textOf(values['per-minute']), partner.perMinute),
    perDay: readCount('per-day', textOf(values['per-day']), partner.perDay),
    isActive: values['off'] === true ? false : values['on'] === true ? true : partner.isActive,
  });
  io.stdout.write(`Đã đổi đối tác ${partner.slug}.\n`);
  return 0;
}

async function key(db: Db, io: Io, partner: Partner, values: Values, now: Date): Promise<number> {
  const days = values['days'] === undefined ? null : readCount('days', textOf(values['days']), 1);
  const kind = values['path'] === true ? 'path' : 'key';
  const note = (textOf(values['note']) ?? '').slice(0, 200);
  const expiresAt = days === null ? null : new Date(now.getTime() + days * dayMs);
  const made = await makeKey(db, partner.id, { kind, note, expiresAt });
  // The secret alone goes to standard output, so that it can be piped; it is shown this once.
  io.stdout.write(`${made.secret}\n`);
  io.stderr.write(
    kind === 'path'
      ? `Khoá ${made.id} của ${partner.slug}, chỉ hiện lần này. Địa chỉ: /k/<khoá>/tin-moi.rss\n`
      : `Khoá ${made.id} của ${partner.slug}, chỉ hiện lần này. Gửi trong: Authorization: Bearer <khoá>\n`,
  );
  return 0;
}

async function showKeys(db: Db, io: Io, partner: Partner): Promise<number> {
  const rows = await listKeys(db, partner.id);
  const day = (date: Date | null) => date?.toISOString().slice(0, 10) ?? '–';
  io.stdout.write(
    toTable(
      ['khoá', 'loại', 'đuôi', 'tạo', 'hết hạn', 'thu hồi', 'dùng gần nhất', 'ghi chú'],
      rows.map((row) => [
        String(row.id),
        row.kind,
        row.hint,
        day(row.createdAt),
        day(row.expiresAt),
        day(row.revokedAt),
        row.usedOn ?? '–',
        row.note,
      ]),
    ),
  );
  return 0;
}

async function revoke(db: Db, io: Io, partner: Partner, id: string | undefined): Promise<number> {
  if (!/^\d{1,15}$/.test(id ?? '')) throw wrong('revoke needs the number of a key; see: tin partners keys SLUG');
  const isDone = await revokeKey(db, partner.id, Number(id));
  io.stdout.write(isDone ? `Đã thu hồi khoá ${id}.\n` : `Không có khoá ${id} còn hiệu lực của ${partner.slug}.\n`);
  return isDone ? 0 : 1;
}

async function products(db: Db, io: Io, partner: Partner, name: string | undefined, values: Values): Promise<number> {
  if (name !== undefined && values['remove'] === true) {
    const isGone = await removeProduct(db, partner.id, name);
    io.stdout.write(isGone ? `Đã bỏ gói ${name}.\n` : `Không có gói ${name}.\n`);
    return isGone ? 0 : 1;
  }
  if (name !== undefined) {
    const read = await readProductWish(db, {
      name,
      editions: readWords(textOf(values['editions'])),
      formats: readWords(textOf(values['formats'])),
      show: textOf(values['show']) ?? 'full',
      images: values['no-images'] !== true,
    });
    if ('problem' in read) throw noProduct(read.problem);
    await setProduct(db, partner.id, read.product);
  }
  io.stdout.write(
    toTable(
      ['gói', 'mục', 'định dạng', 'nhiều nhất', 'ảnh'],
      (await listProducts(db, partner.id)).map((product) => [
        product.name,
        product.editions.join(','),
        product.formats.join(','),
        product.show,
        product.images ? 'có' : 'không',
      ]),
    ),
  );
  return 0;
}

async function usage(db: Db, io: Io, values: Values, now: Date): Promise<number> {
  const day = (name: string, fallback: Date) => {
    const value = textOf(values[name]) ?? fallback.toISOString().slice(0, 10);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value)))
      throw wrong(`--${name} ${value} is no day`);
    return value;
  };
  const partner = textOf(values['partner']) ?? null;
  const span = { from: day('from', new Date(now.getTime() - 30 * dayMs)), to: day('to', now), partner };
  const csv =
    values['requests'] === true
      ? requestsCsv(await requestsByPartner(db, span))
      : usageCsv(await usageByPublisher(db, { ...span, publisher: textOf(values['publisher']) ?? null }));
  io.stdout.write(csv);
  return 0;
}

/** Runs one verb; exit code 1 when the partner, key or product is unknown, 2 when asked wrongly. */
export async function run(args: string[], io: Io): Promise<number> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      name: text,
      contact: text,
      'per-minute': text,
      'per-day': text,
      off: flag,
      on: flag,
      path: flag,
      days: text,
      note: text,
      editions: text,
      formats: text,
      show: text,
      'no-images': flag,
      remove: flag,
      from: text,
      to: text,
      partner: text,
      publisher: text,
      requests: flag,
    },
  });
  const [verb = '', slug, third] = positionals;
  if (!['list', 'add', 'change', 'key', 'keys', 'revoke', 'products', 'usage'].includes(verb))
    throw wrong(`tin partners knows no "${verb}"`);
  return withContext(async ({ db, now }) => {
    if (verb === 'list') return showList(db, io);
    if (verb === 'usage') return usage(db, io, values, now());
    const name = readSlug(slug);
    if (verb === 'add') return add(db, io, name, values);
    const partner = await partnerBySlug(db, name);
    if (partner === null) {
      io.stdout.write(`Không có đối tác ${name}; xem: tin partners list\n`);
      return 1;
    }
    if (verb === 'change') return change(db, io, partner, values);
    if (verb === 'key') return key(db, io, partner, values, now());
    if (verb === 'keys') return showKeys(db, io, partner);
    if (verb === 'revoke') return revoke(db, io, partner, third);
    return products(db, io, partner, third, values);
  });
}
