// `node scripts/run.mjs TASK [arguments]` → packages in place, then the task on the pinned Node. Plain JavaScript without
// dependencies, because it is what runs before anything is installed, on whatever Node the machine has.
import { main } from './main.mjs';

const [, , task, ...given] = process.argv;
// What `npm run` takes away between its own options and the task's: vitest runs everything where it finds one.
main(task, given[0] === '--' ? given.slice(1) : given);
