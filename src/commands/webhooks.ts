// `tin webhooks`: endpoints of partners that are told when stories change, their log, and telling once more.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ConfigError } from '../errors.ts';
import { writeSecret } from '../hub/signature.ts';
import { findEditionByPath } from '../store/edition.ts';
import { partnerBySlug } from '../store/partner.ts';
import type { WebhookKind } from '../store/webhook.ts';
import {
  addWebhook,
  enableWebhook,
  listWebhooks,
  readCallback,
  removeWebhook,
  webhookKinds,
} from '../store/webhook.ts';
import { listEvents, replayEvents } from '../store/webhook-event.ts';
import type { Io } from './io.ts';
import { readRights } from './rights.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin webhooks add URL [--name NAME] [--kinds published,updated,corrected,withdrawn] [--edition tinh/son-la/tin-moi]
                 [--partner SLUG] [--rights headline|excerpt|full[+images]]   prints the secret once
tin webhooks list [--json]                       the endpoints and how they do
tin webhooks log ID [--limit N] [--json]         what was told, newest first
tin webhooks replay ID EVENT|--since 2026-11-20  tell once more, under the same ids
tin webhooks enable ID                           open a disabled endpoint again
tin webhooks remove ID                           remove it with its log`;

const options = {
  name: { type: 'string' },
  kinds: { type: 'string' },
  edition: { type: 'string' },
  partner: { type: 'string' },
  rights: { type: 'string', default: 'full+images' },
  since: { type: 'string' },
  limit: { type: 'string', default: '50' },
  json: { type: 'boolean' },
} as const;

type Options = {
  name?: string;
  kinds?: string;
  edition?: string;
  partner?: string;
  rights: string;
  since?: string;
  limit: string;
  json?: boolean;
};

function misuse(message: string): ConfigError {
  return new ConfigError('cli.webhooks', message, { remedy: help });
}

function readId(word: string | undefined): number {
  if (word === undefined || !/^\d{1,15}$/.test(word))
    throw misuse('the number of an endpoint is missing: see the list');
  return Number(word);
}

function readKinds(words: string | undefined): WebhookKind[] {
  const wanted = words === undefined ? [...webhookKinds] : words.split(',').map((word) => word.trim());
  return wanted.map((word) => {
    const kind = webhookKinds.find((one) => one === word || one === `story.${word}`);
    if (kind === undefined) throw misuse(`"${word}" is no kind of event`);
    return kind;
  });
}

/** Dispatches the verbs; exit code 1 when there was nothing to act on. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [verb, target, event] = positionals;
  switch (verb) {
    case 'add':
      return add(target, values, io);
    case 'list':
      return list(values.json === true, io);
    case 'log':
      return log(readId(target), values, io);
    case 'replay':
      return replay(readId(target), event, values.since, io);
    case 'enable':
      return act(io, readId(target), enableWebhook, 'Đã mở lại');
    case 'remove':
      return act(io, readId(target), removeWebhook, 'Đã xoá');
    default:
      throw misuse(`this is not a use of tin webhooks: ${positionals.join(' ')}`);
  }
}

async function add(url: string | undefined, values: Options, io: Io): Promise<number> {
  const address = readCallback(url ?? '');
  if (address === null) throw misuse('the address must be http(s), without a user name');
  const wantedKinds = readKinds(values.kinds);
  const rights = readRights(values.rights);
  return withContext(async ({ db }) => {
    const edition = values.edition === undefined ? null : await findEditionByPath(db, values.edition);
    if (values.edition !== undefined && edition === null) throw misuse(`there is no edition "${values.edition}"`);
    // The index of words follows changes some seconds later: who is told of a change cannot be decided by it.
    if (edition?.filter.words !== undefined) throw misuse('an edition of words cannot choose what a webhook is told');
    const partner = values.partner === undefined ? null : await partnerBySlug(db, values.partner);
    if (values.partner !== undefined && partner === null) throw misuse(`there is no partner "${values.partner}"`);
    const secret = writeSecret(randomBytes(32));
    const id = await addWebhook(db, {
      partnerId: partner?.id ?? null,
      name: values.name ?? address.host,
      url: address.href,
      secret,
      kinds: wantedKinds,
      editionId: edition?.id ?? null,
      show: rights.show,
      images: rights.images,
    });
    io.stdout.write(
      `Webhook ${id} → ${address.href}\nKhoá ký (chỉ hiện lần này): ${secret}\nCách kiểm chữ ký: docs/webhooks.md\n`,
    );
    return 0;
  });
}

async function list(isJson: boolean, io: Io): Promise<number> {
  return withContext(async ({ db }) => {
    const rows = await listWebhooks(db, 1_000);
    if (isJson) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else if (rows.length === 0) io.stdout.write('Chưa có webhook nào. Thêm: tin webhooks add https://…\n');
    else
      io.stdout.write(
        toTable(
          ['id', 'tên', 'trạng thái', 'chờ', 'lần tốt cuối', 'báo gì', 'bản tin', 'địa chỉ', 'trục trặc'],
          rows.map((row) => [
            String(row.id),
            row.name,
            row.disabledAt !== null ? 'đã tắt' : row.failingSince !== null ? `lỗi ×${row.failures}` : 'tốt',
            String(row.waiting),
            row.lastSuccessAt?.toISOString().slice(0, 16) ?? '–',
            row.kinds.map((kind) => kind.slice('story.'.length)).join(','),
            row.editionPath ?? 'tất cả',
            row.url,
            row.disabledReason ?? row.lastError ?? '',
          ]),
        ),
      );
    return 0;
  });
}

async function log(id: number, values: Options, io: Io): Promise<number> {
  const limit = Number(values.limit);
  if (!Number.isInteger(limit) || limit < 1) throw misuse('--limit is not a whole number above 0');
  return withContext(async ({ db }) => {
    const rows = await listEvents(db, id, { limit });
    if (values.json) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else
      io.stdout.write(
        toTable(
          ['lúc', 'tin', 'việc', 'trạng thái', 'lần', 'mã', 'ms', 'event', 'trục trặc'],
          rows.map((row) => [
            row.createdAt.toISOString().slice(0, 19),
            String(row.storyId),
            row.kind,
            row.state === 'waiting' ? `chờ tới ${row.dueAt.toISOString().slice(11, 19)}` : row.state,
            String(row.attempts),
            row.lastStatus === null ? '–' : String(row.lastStatus),
            row.tookMs === null ? '–' : String(row.tookMs),
            row.uid,
            row.lastError ?? '',
          ]),
        ),
      );
    return 0;
  });
}

async function replay(id: number, event: string | undefined, since: string | undefined, io: Io): Promise<number> {
  const at = since === undefined ? null : new Date(since);
  const isUid = event !== undefined && /^[0-9a-f-]{36}$/i.test(event);
  if (isUid === (at !== null) || Number.isNaN(at?.getTime())) throw misuse('name one event, or a time with --since');
  return withContext(async ({ db }) => {
    const count = await replayEvents(db, id, at === null ? { uid: event ?? '' } : { since: at });
    io.stdout.write(`${count} sự kiện sẽ được báo lại.\n`);
    return count > 0 ? 0 : 1;
  });
}

async function act(
  io: Io,
  id: number,
  verb: typeof enableWebhook | typeof removeWebhook,
  done: string,
): Promise<number> {
  return withContext(async ({ db }) => {
    const isDone = await verb(db, id);
    io.stdout.write(isDone ? `${done} webhook ${id}.\n` : `Không có webhook ${id}.\n`);
    return isDone ? 0 : 1;
  });
}
