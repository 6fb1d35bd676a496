import type { Check } from '../finding.ts';

/** As package.json has it under `engines`. */
const LEAST = [20, 19] as const;

/** Node.js is old enough to lack what vipflow uses. */
export const nodeVersion: Check = ({ node: { version } }) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return [];
  return [
    {
      about: ['machine'],
      what: `Node.js is ${version}.`,
      why: `vipflow needs ${LEAST.join('.')} or later: it may fail in places where nobody has tried it.`,
      mend: ['nvm install 20 && nvm use 20'],
    },
  ];
};
