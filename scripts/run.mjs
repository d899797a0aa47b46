// `node scripts/run.mjs TASK [arguments]` → packages in place, then the task on the pinned Node. Plain JavaScript without
// dependencies, because it is what runs before anything is installed, on whatever Node the machine has.
import { main } from './main.mjs';

main(process.argv[2], process.argv.slice(3));
