// `tin stories …`: what an editor without the console can see of stories, and decide.
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import type { Context } from '../context.ts';
import { ConfigError } from '../errors.ts';
import { findStoryInside, listStoryLines, type SeenMember, type SeenStory } from '../store/desk.ts';
import { usualPriority } from '../story/choose-lead.ts';
import { joinStories, pinLead, splitStory } from '../story/edit.ts';
import { explainEdge, readEdges } from '../story/explain.ts';
import { originOf } from '../story/lead.ts';
import { isLeadRule, readLeadPriority, writeLeadPriority } from '../story/lead-priority.ts';
import type { Io } from './io.ts';
import { toTable } from './table.ts';
import { help as withdrawHelp, run as runWithdraw } from './withdraw.ts';
import { withContext } from './with-context.ts';

export const help = `tin stories list [--shared] [--limit N]       the latest stories; --shared: those of several papers
tin stories show ID                           who carries it, since when, from whom, and its history
tin stories explain ID                        the same, with the evidence that holds every entry
tin stories split ID ENTRY… --reason "…"      part the named entries from the rest, for good; the larger part keeps the id
tin stories merge ID ID --reason "…"          make one story of two, for good; the older id stays, the other redirects
tin stories lead ID [ENTRY]                   the named entry leads for good; without one the machine chooses again
tin stories priority [RULE…]                  by what the lead is chosen: ${usualPriority.join(', ')}
${withdrawHelp}
`;

function readId(word: string | undefined, what: string): number {
  const id = Number(word);
  if (word === undefined || !Number.isSafeInteger(id) || id <= 0)
    throw new ConfigError('cli.id', `${what} is missing or no number`, { remedy: 'tin help stories' });
  return id;
}

const minute = (date: Date) => date.toISOString().slice(0, 16).replace('T', ' ');

function why(member: SeenMember): string {
  const edges = readEdges(member.evidence);
  return edges === null
    ? 'founded it, or was put here by an editor'
    : edges.map((edge) => explainEdge(edge)).join('; ');
}

function tell(story: SeenStory, isExplained: boolean, io: Io): void {
  const state = story.mergedInto === null ? story.status : `merged into ${story.mergedInto}`;
  io.stdout.write(`story ${story.id}, ${state}: ${story.title}\n\n`);
  const rows = story.members.map((member) => [
    `${member.isLead ? '*' : ' '}${member.entryId}`,
    minute(member.publishedAt),
    minute(member.seenAt),
    member.publisherName,
    originOf(member) ?? '',
    isExplained ? why(member) : member.title,
  ]);
  const last = isExplained ? 'WHY' : 'TITLE';
  if (rows.length > 0) io.stdout.write(toTable([' ENTRY', 'PUBLISHED', 'FIRST SEEN', 'PAPER', 'FROM', last], rows));
  for (const event of story.events) {
    const other = event.storyId === story.id ? event.otherStoryId : event.storyId;
    io.stdout.write(
      `${minute(event.at)} ${event.kind}${other === null ? '' : ` with story ${other}`}${event.entryId === null ? '' : ` over entry ${event.entryId}`} by ${event.actor}${event.reason === null ? '' : `: ${event.reason}`}\n`,
    );
  }
  for (const { a, b, kind, actor } of story.decrees.slice(0, isExplained ? 200 : 0))
    io.stdout.write(`entries ${a} and ${b}: ${kind} for good, by ${actor}\n`);
}

async function show(ctx: Context, id: number, isExplained: boolean, io: Io): Promise<number> {
  const story = await findStoryInside(ctx.db, id);
  if (story === null) io.stderr.write(`there is no story ${id}\n`);
  else tell(story, isExplained, io);
  return story === null ? 1 : 0;
}

async function list(ctx: Context, options: { limit: number; isShared: boolean }, io: Io): Promise<number> {
  const lines = await listStoryLines(ctx.db, options);
  const rows = lines.map((line) => [
    String(line.id),
    minute(line.listedAt),
    String(line.entries),
    line.publisherName,
    line.title,
  ]);
  io.stdout.write(toTable(['STORY', 'LISTED', 'ENTRIES', 'LEAD', 'TITLE'], rows));
  return 0;
}

async function priority(ctx: Context, words: readonly string[], io: Io): Promise<number> {
  const rules = words.filter(isLeadRule);
  if (rules.length < words.length || new Set(rules).size < rules.length)
    throw new ConfigError('cli.priority', 'the reasons to lead are named once each', {
      remedy: usualPriority.join(', '),
    });
  if (rules.length > 0) await writeLeadPriority(ctx.db, rules);
  io.stdout.write(`${(await readLeadPriority(ctx.db)).join(' ')}\n`);
  return 0;
}

/** Does one of what `help` tells; exit code 1 when there is no such story. */
export async function run(args: string[], io: Io): Promise<number> {
  if (['withdraw', 'hide', 'hold', 'restore', 'correct'].includes(args[0] ?? '')) return runWithdraw(args, io);
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { reason: text, by: text, limit: text, shared: { type: 'boolean' } },
  });
  const [verb, ...words] = positionals;
  const editor = { actor: values.by ?? userInfo().username, reason: values.reason ?? null };
  const work: Record<string, (ctx: Context) => Promise<number>> = {
    list: (ctx) =>
      list(ctx, { limit: readId(values.limit ?? '30', 'the limit'), isShared: values.shared === true }, io),
    show: (ctx) => show(ctx, readId(words[0], 'the id of a story'), false, io),
    explain: (ctx) => show(ctx, readId(words[0], 'the id of a story'), true, io),
    priority: (ctx) => priority(ctx, words, io),
    split: async (ctx) => {
      const entries = words.slice(1).map((word) => readId(word, 'the id of an entry'));
      if (entries.length === 0)
        throw new ConfigError('cli.entries', 'no entry is named', { remedy: 'tin stories show ID lists them' });
      const made = await splitStory(ctx, readId(words[0], 'the id of a story'), entries, editor);
      io.stdout.write(`the named entries are story ${made.named}, the rest is story ${made.rest}\n`);
      return 0;
    },
    lead: async (ctx) => {
      const entry = words[1] === undefined ? null : readId(words[1], 'the id of an entry');
      await pinLead(ctx, readId(words[0], 'the id of a story'), entry, editor);
      return 0;
    },
    merge: async (ctx) => {
      const [one, other] = [readId(words[0], 'the id of a story'), readId(words[1], 'the id of the second story')];
      io.stdout.write(`story ${await joinStories(ctx, one, other, editor)} holds both\n`);
      return 0;
    },
  };
  const asked = work[verb ?? ''];
  if (asked === undefined)
    throw new ConfigError('cli.verb', `"${verb ?? ''}" is nothing stories can do`, { remedy: 'tin help stories' });
  return withContext(asked);
}
