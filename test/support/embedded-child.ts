// A data folder → a process that uses its embedded database: prints the address, stays until its input ends, then stops.
import { createLog } from '../../src/log.ts';
import { startEmbedded } from '../../src/store/embedded.ts';

const [dataDir = ''] = process.argv.slice(2);
const embedded = await startEmbedded({
  dataDir,
  log: createLog({ level: 'error', isTerminal: false, fd: 2 }),
  settings: { fsync: 'off' },
});
process.stdout.write(`${embedded.url}\n`);
process.stdin.resume().once('end', () => {
  void embedded.stop().then(() => process.exit(0));
});
