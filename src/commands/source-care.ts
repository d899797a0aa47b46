// `tin sources held|release|pause|resume|pace|gaps`: what an admin does to the sources that need a hand.
import { ConfigError } from '../errors.ts';
import { releaseHeld, type Release } from '../source/release.ts';
import { listGaps } from '../store/gap.ts';
import { listHeld } from '../store/held.ts';
import { pauseSource } from '../store/poll.ts';
import { setPace } from '../store/source-health.ts';
import type { Io } from './io.ts';
import { toTable } from './table.ts';
import { withContext } from './with-context.ts';

export const help = `tin sources held [--json]                   polls held back because their "new" articles look like known ones
tin sources release ID [--as new|same|drop] let a held poll in: all as news, the known ones as known (default), or not at all
tin sources pause|resume ID|URL             stop polling for a while, and go on
tin sources pace PUBLISHER MINUTES|own      the pace agreed with a paper, or its own rhythm again
tin sources gaps [--json]                   where news may be missing between two polls, and what was filled in`;

/** Verbs of this file. */
export const careVerbs = ['held', 'release', 'pause', 'resume', 'pace', 'gaps'] as const;

const minute = (date: Date | null) => date?.toISOString().slice(0, 16) ?? '–';

function wrong(what: string): ConfigError {
  return new ConfigError('cli.sources', what, { remedy: help });
}

/** Runs one verb; exit code 1 when nothing of that name was found. `as` is the option of `release`. */
export async function care(
  verb: string,
  targets: readonly string[],
  options: { isJson: boolean; as: string | undefined },
  io: Io,
): Promise<number> {
  const [target] = targets;
  if (verb === 'held') return held(io, options.isJson);
  if (verb === 'gaps') return gaps(io, options.isJson);
  if (target === undefined) throw wrong(`tin sources ${verb} needs to know which`);
  if (verb === 'release') return release(target, options.as ?? 'same', io);
  if (verb === 'pace') return pace(target, targets[1], io);
  return withContext(async ({ db }) => {
    const isDone = await pauseSource(db, target, verb === 'pause');
    const done = verb === 'pause' ? `Đã tạm dừng ${target}.` : `Đọc tiếp ${target}, ngay bây giờ.`;
    io.stdout.write(isDone ? `${done}\n` : `Không có nguồn ${target}.\n`);
    return isDone ? 0 : 1;
  });
}

async function held(io: Io, isJson: boolean): Promise<number> {
  return withContext(async ({ db }) => {
    const rows = await listHeld(db, 1_000);
    if (isJson) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else if (rows.length === 0) io.stdout.write('Không có lần đọc nào bị giữ.\n');
    for (const row of isJson ? [] : rows)
      io.stdout.write(
        `${row.sourceId}  ${row.publisherSlug}  giữ từ ${minute(row.heldAt)}: ${row.fresh} mục lạ trong ${row.items}, ${row.twins} trông như tin cũ\n` +
          `  ${row.sourceUrl}\n${row.examples.map((pair) => `  "${pair.fresh}" ~ "${pair.known}"\n`).join('')}` +
          `  Thả: tin sources release ${row.sourceId} --as same|new|drop\n`,
      );
    return 0;
  });
}

async function release(target: string, as: string, io: Io): Promise<number> {
  if (!/^\d{1,15}$/.test(target)) throw wrong(`"${target}" is not the id of a source`);
  if (as !== 'new' && as !== 'same' && as !== 'drop') throw wrong(`--as ${as}: write new, same or drop`);
  const how: Release = as;
  return withContext(async (ctx) => {
    const done = await releaseHeld(ctx, Number(target), how);
    io.stdout.write(
      done === null
        ? `Nguồn ${target} không có lần đọc nào bị giữ.\n`
        : `Đã thả: ${done.created} tin mới, ${done.renamed} tin cũ thêm tên, ${done.dropped} mục bỏ qua.\n`,
    );
    return done === null ? 1 : 0;
  });
}

async function pace(slug: string, said: string | undefined, io: Io): Promise<number> {
  const minutes = said === 'own' ? null : Number(said);
  if (minutes !== null && (!Number.isInteger(minutes) || minutes < 1 || minutes > 1_440))
    throw wrong(`"${said ?? ''}" is neither own nor minutes from 1 to 1440`);
  return withContext(async ({ db }) => {
    const isDone = await setPace(db, slug, minutes);
    const done =
      minutes === null ? `${slug}: theo nhịp của chính báo.` : `${slug}: đọc mỗi ${minutes} phút theo thoả thuận.`;
    io.stdout.write(isDone ? `${done}\n` : `Không có báo ${slug}.\n`);
    return isDone ? 0 : 1;
  });
}

async function gaps(io: Io, isJson: boolean): Promise<number> {
  const words = { open: 'đang bù', filled: 'đã bù', partly: 'bù một phần', left: 'không có chỗ để bù' };
  return withContext(async ({ db }) => {
    const rows = await listGaps(db, 1_000);
    if (isJson) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else if (rows.length === 0) io.stdout.write('Ba mươi ngày qua không có chỗ nào có thể sót tin.\n');
    else
      io.stdout.write(
        toTable(
          ['nguồn', 'báo', 'thấy lúc', 'từ', 'đến', 'tình trạng', 'trang', 'tin bù', 'địa chỉ'],
          rows.map((row) => [
            String(row.sourceId),
            row.publisherSlug,
            minute(row.raisedAt),
            minute(row.afterAt),
            minute(row.beforeAt),
            words[row.status],
            String(row.pages),
            String(row.found),
            row.sourceUrl,
          ]),
        ),
      );
    return 0;
  });
}
