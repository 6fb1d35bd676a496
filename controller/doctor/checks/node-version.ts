import type { Check } from '../finding.ts';

/** As package.json has it under `engines`. */
const LEAST = [20, 19] as const;

/** A Node.js that is too old. */
export const nodeVersion: Check = ({ node: { version } }) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return [];
  return [
    {
      about: ['machine'],
      what: `Node.js is ${version}.`,
      why: `vipflow needs ${LEAST.join('.')} or later and is not tested with older versions.`,
      fix: ['nvm install 20 && nvm use 20'],
    },
  ];
};
