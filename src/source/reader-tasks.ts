// The list of what the reader's thread can do: a new task is a pure function and a line here.
import { readLinks } from './page-links.ts';
import { previewDocument, previewLists } from './preview-document.ts';
import { readDocument } from './read-document.ts';
import { readPage } from './read-page.ts';

/** Every task takes plain data and gives plain data; what it throws reaches the caller as an error of the same code. */
export const tasks = {
  document: readDocument,
  page: readPage,
  preview: previewDocument,
  lists: previewLists,
  links: readLinks,
};

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
