// Jobs at hosts → the same jobs done, many at once but few at one host. Pure: it knows neither clock nor network.

/** Jobs under way and in line. */
export type Pool<Job> = {
  add(jobs: readonly Job[]): void;
  /** Jobs in line and under way, of all hosts or of one. */
  size(host?: string): number;
  /** Hosts with at least so many jobs in line or under way. */
  busyHosts(atLeast: number): string[];
  /** Takes the jobs of a host out of the line; those under way go on. */
  takeBack(host: string): Job[];
  /** Resolves when the next job ends; at once when there is none. */
  step(): Promise<void>;
};

/** Opens a pool: at most `total` jobs run at once, `perHost` of them at one host; hosts take turns. `run` must not reject. */
export function openPool<Job extends { host: string }>(options: {
  total: number;
  perHost: number;
  run: (job: Job) => Promise<void>;
}): Pool<Job> {
  const lines = new Map<string, { waiting: Job[]; running: number }>();
  let running = 0;
  let waiting = 0;
  let wakers: (() => void)[] = [];

  function start(job: Job, line: { waiting: Job[]; running: number }): void {
    running += 1;
    line.running += 1;
    void options.run(job).finally(() => {
      running -= 1;
      line.running -= 1;
      if (line.running === 0 && line.waiting.length === 0) lines.delete(job.host);
      fill();
      const woken = wakers;
      wakers = [];
      for (const wake of woken) wake();
    });
  }

  function fill(): void {
    let isMoving = true;
    while (isMoving && running < options.total && waiting > 0) {
      isMoving = false;
      for (const line of lines.values()) {
        if (running >= options.total) break;
        if (line.running >= options.perHost) continue;
        const job = line.waiting.shift();
        if (job === undefined) continue;
        waiting -= 1;
        isMoving = true;
        start(job, line);
      }
    }
  }

  return {
    add: (jobs) => {
      for (const job of jobs) {
        const line = lines.get(job.host) ?? { waiting: [], running: 0 };
        line.waiting.push(job);
        lines.set(job.host, line);
      }
      waiting += jobs.length;
      fill();
    },
    size: (host) => {
      if (host === undefined) return running + waiting;
      const line = lines.get(host);
      return line === undefined ? 0 : line.running + line.waiting.length;
    },
    busyHosts: (atLeast) =>
      [...lines].filter(([, line]) => line.running + line.waiting.length >= atLeast).map(([host]) => host),
    takeBack: (host) => {
      const taken = lines.get(host)?.waiting.splice(0) ?? [];
      waiting -= taken.length;
      return taken;
    },
    step: () =>
      running === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            wakers.push(resolve);
          }),
  };
}
