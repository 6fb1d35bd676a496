// What is often taken for least connections: the server that was sent the fewest connections so far. It never counts one that ended.
export function strategy() {
  const sent = new Map();
  return {
    pick(_connection, candidates) {
      const count = ({ name }) => sent.get(name) ?? 0;
      const candidate = candidates.reduce((least, other) => (count(other) < count(least) ? other : least));
      sent.set(candidate.name, count(candidate) + 1);
      return { candidate, rule: 'fewest requests ever sent', score: count };
    },
  };
}
