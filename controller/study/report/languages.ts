import { english, type Words } from './words-en.ts';
import { french } from './words-fr.ts';

/** The report in each language. */
export const words: Readonly<Record<'en' | 'fr', Words>> = { en: english, fr: french };

/** Papers that the method and the strategies stand on; the same in every language. */
export const SOURCES: readonly string[] = [
  'A. M. Law, Simulation Modeling and Analysis, 5th edition, McGraw-Hill 2015: replication, warm-up, common random numbers (4.5, 9.5, 11.2).',
  'S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 1979.',
  'M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.7: Student’s t.',
  'L. Kleinrock, Queueing Systems, volume 1, Wiley 1975: M/M/1, M/M/c, splitting of Poisson arrivals.',
  'Y. Azar, A. Broder, A. Karlin and E. Upfal, Balanced allocations, STOC 1994; M. Mitzenmacher, The power of two choices in randomized load balancing, 1996.',
  'D. Eisenbud et al., Maglev: A fast and reliable software network load balancer, NSDI 2016.',
  'V. Mirrokni, M. Thorup and M. Zadimoghaddam, Consistent hashing with bounded loads, SODA 2018.',
  'M. Harchol-Balter, M. Crovella and C. Murta, On choosing a task assignment policy for a distributed server system, JPDC 59, 1999: bounded Pareto service times.',
];
