// A day and part of an edition's archive ⇄ its path.

/** One list of an archive: `day` in the time of Việt Nam, `part` from 1. */
export type ArchivePlace = { day: string; part: number };

/** `tinh/son-la/tin-moi/2026-11-21`, further parts of a day `…/2026-11-21/2`. */
export function archivePath(editionPath: string, place: ArchivePlace): string {
  return `${editionPath}/${place.day}${place.part === 1 ? '' : `/${place.part}`}`;
}

const pattern = /^(.+)\/(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:\/([2-9]|[1-9]\d{1,4}))?$/;

/** Takes an archive's path apart; null for any other path. */
export function readArchivePath(path: string): (ArchivePlace & { editionPath: string }) | null {
  const [, editionPath, day, part] = pattern.exec(path) ?? [];
  if (editionPath === undefined || day === undefined || Number.isNaN(Date.parse(day))) return null;
  return { editionPath, day, part: part === undefined ? 1 : Number(part) };
}
