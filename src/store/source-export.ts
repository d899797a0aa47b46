// All sources with their papers, to be written down elsewhere: read in parts, so that none is left out.
import { sql } from 'kysely';
import type { Agreement, Rights } from '../domain.ts';
import { toAgreement } from './agreement.ts';
import type { Db } from './db.ts';

/** A source with what an admin set about it and its paper. Partners of an agreement are named by their slugs. */
export type ExportedSource = {
  id: number;
  url: string;
  kind: string;
  title: string | null;
  section: string | null;
  rules: unknown;
  readPages: string;
  isPaused: boolean;
  publisher: {
    slug: string;
    name: string;
    siteUrl: string;
    province: string | null;
    rights: Rights;
    agreement: Agreement;
    paceMinutes: number | null;
    leadWeight: number;
    articleRules: unknown;
  };
};

const part = 1_000;

/** Every source of a real paper in the order of their ids; thousand by thousand by primary key. Sources of the trial newsroom are left out. */
export async function* exportSources(db: Db): AsyncGenerator<ExportedSource> {
  let after = 0;
  for (;;) {
    const found = await sql<ExportedSource & { isSample: boolean }>`
      select s.id, s.url, s.kind, coalesce(s.own_title, s.title) as title, s.section, s.rules, s.read_pages as "readPages", s.is_paused as "isPaused", p.is_sample as "isSample",
        json_build_object('slug', p.slug, 'name', p.name, 'siteUrl', p.site_url, 'province', p.province,
          'rights', json_build_object('show', p.rights_show, 'excerptChars', p.rights_excerpt_chars, 'images', p.rights_images),
          'agreement', p.agreement, 'paceMinutes', p.poll_minutes, 'leadWeight', p.lead_weight, 'articleRules', p.article_rules) as publisher
      from source s join publisher p on p.id = s.publisher_id where s.id > ${after} order by s.id limit ${part}`.execute(
      db,
    );
    for (const { isSample, ...row } of found.rows)
      if (!isSample) yield { ...row, publisher: { ...row.publisher, agreement: toAgreement(row.publisher.agreement) } };
    const last = found.rows.at(-1);
    if (last === undefined || found.rows.length < part) return;
    after = last.id;
  }
}
