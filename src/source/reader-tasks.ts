// The list of what the reader's thread can do: a new task is a pure function and a line here. Its code is loaded when it is first needed.
import type { buildList, guessLists, snapshotPage } from './build-list.ts';
import type { readLinks } from './page-links.ts';
import type { previewDocument, previewLists } from './preview-document.ts';
import type { readDocument } from './read-document.ts';
import type { readPage } from './read-page.ts';

/** Every task takes plain data and gives plain data; what it throws reaches the caller as an error of the same code. */
export type Tasks = {
  document: typeof readDocument;
  page: typeof readPage;
  preview: typeof previewDocument;
  lists: typeof previewLists;
  links: typeof readLinks;
  snapshot: typeof snapshotPage;
  guess: typeof guessLists;
  build: typeof buildList;
};

export type TaskName = keyof Tasks;

// A thread that only reads feeds never loads what pages need (60 MB of it would lie idle in two isolates).
const loaders: { [Name in TaskName]: () => Promise<Tasks[Name]> } = {
  document: async () => (await import('./read-document.ts')).readDocument,
  page: async () => (await import('./read-page.ts')).readPage,
  preview: async () => (await import('./preview-document.ts')).previewDocument,
  lists: async () => (await import('./preview-document.ts')).previewLists,
  links: async () => (await import('./page-links.ts')).readLinks,
  snapshot: async () => (await import('./build-list.ts')).snapshotPage,
  guess: async () => (await import('./build-list.ts')).guessLists,
  build: async () => (await import('./build-list.ts')).buildList,
};

// An `import()` of what is loaded takes 30 µs all the same.
const loaded: Partial<{ [Name in TaskName]: Promise<Tasks[Name]> }> = {};

/** The function of a task. */
export function loadTask<Name extends TaskName>(name: Name): Promise<Tasks[Name]> {
  const known: Promise<Tasks[Name]> | undefined = loaded[name];
  if (known !== undefined) return known;
  const loading = loaders[name]();
  Object.assign(loaded, { [name]: loading });
  return loading;
}
