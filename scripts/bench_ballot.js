// Runs in a page that bench_ballot.py opens: the median times of preparing the tables and sealing a ballot.
async ({ election, credential, choices, runs }) => {
  const { buildTables, encryptBallot, openElection } = await import("/js/protocol/ballot.js");
  const context = openElection(election);
  const median = (times) => times.sort((left, right) => left - right)[times.length >> 1];
  const timed = (act) => {
    const start = performance.now();
    act();
    return performance.now() - start;
  };
  const WINDOW = 7; // as in booth-worker.js
  const tables = buildTables(context, WINDOW);
  const repeat = (act) => median(Array.from({ length: runs }, () => timed(act)));
  return {
    tables: repeat(() => buildTables(context, WINDOW)),
    seal: repeat(() => encryptBallot(context, tables, credential, choices)),
  };
}
