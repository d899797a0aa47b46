// Articles as JSON lines → stories as JSON lines: the pure function of the river, on a file.
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import { assemble, type Listed, readListed } from '../story/assemble.ts';
import { explainEdge } from '../story/explain.ts';
import { plainText } from '../text/markup.ts';
import type { Io } from './io.ts';

export const help = `tin match < entries.jsonl
Groups articles that are one text. Reads one JSON object a line, in order of arrival:
  {"id": "…", "title": "…", "lead": "…", "body": "…", "publisher": "…", "publishedAt": "2026-11-22T08:00:00+07:00"}
id and title are needed; lead and body may be HTML or plain text. Writes one line a story:
  {"story": 1, "entries": ["…", "…"], "why": ["…"]}
Lines that cannot be read are named on standard error and left out; the exit code is then 1.
`;

const lineShape = z.object({
  id: z.union([z.string(), z.number()]),
  title: z.string(),
  lead: z.string().default(''),
  body: z.string().default(''),
  publisher: z.string().nullish(),
  publishedAt: z.string().nullish(),
});

function readLine(line: string): { id: string | number; listed: Listed } | null {
  try {
    const read = lineShape.parse(JSON.parse(line));
    const at = read.publishedAt ? new Date(read.publishedAt) : null;
    return {
      id: read.id,
      listed: readListed(
        { title: plainText(read.title), lead: plainText(read.lead), body: plainText(read.body) },
        { publisher: read.publisher ?? null, at: at === null || Number.isNaN(at.getTime()) ? null : at },
      ),
    };
  } catch {
    return null;
  }
}

/** Reads standard input to its end; see `help`. */
export async function run(args: string[], io: Io): Promise<number> {
  if (args.length > 0)
    throw new ConfigError('cli.arguments', `tin match takes no arguments, not "${args[0]}"`, {
      remedy: 'tin help match',
    });
  const entries: { id: string | number; listed: Listed }[] = [];
  let number = 0;
  let isWhole = true;
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line.trim() === '') continue;
    const read = readLine(line);
    if (read !== null) entries.push(read);
    else {
      isWhole = false;
      io.stderr.write(`line ${number}: not an entry (id and title are needed)\n`);
    }
  }
  const stories = assemble(entries.map((entry) => entry.listed));
  stories.forEach((story, index) => {
    const ids = story.members.map((member) => entries[member]?.id);
    const why = story.edges.map((edge) =>
      `${String(entries[edge.from]?.id)} ${explainEdge(edge)}`.replace(
        /entry (\d+)/,
        (_, at: string) => `entry ${String(entries[Number(at)]?.id)}`,
      ),
    );
    io.stdout.write(`${JSON.stringify({ story: index + 1, entries: ids, why })}\n`);
  });
  return isWhole ? 0 : 1;
}
