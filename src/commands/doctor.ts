// `tin doctor`
import type { Io } from './io.ts';
export const help = '';
export async function run(_args: string[], _io: Io): Promise<number> {
  return 0;
}
