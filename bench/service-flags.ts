// The flags with which `npm start` runs the program, for benches and experiments that start it themselves.
const { tasks } = (await import(new URL('../scripts/tasks.mjs', import.meta.url).href)) as {
  tasks: { start: { flags: string[] } };
};

/** Flags of Node, as scripts/tasks.mjs has them. */
export const serviceFlags: readonly string[] = tasks.start.flags;
