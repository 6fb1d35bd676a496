import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { generated } from './generated.ts';

// The dashboard's page as it is served. It is committed, so that a clone serves it at once; here it follows from its sources.
const dashboard = fileURLToPath(new URL('../controller/api/dashboard/', import.meta.url));
const built = join(dashboard, 'built');
const fresh = mkdtempSync(join(tmpdir(), 'vipflow-dashboard-'));
try {
  await build({ configFile: join(dashboard, 'vite.config.ts'), build: { outDir: fresh } });
  const names = readdirSync(fresh).sort();
  for (const name of names) generated(`../controller/api/dashboard/built/${name}`, readFileSync(join(fresh, name), 'utf8'));
  const left = readdirSync(built).filter(name => !names.includes(name));
  if (left.length > 0 && process.argv.includes('--check')) {
    process.stderr.write(`controller/api/dashboard/built has files that no build makes: ${left.join(', ')}\n`);
    process.exitCode = 5;
  } else for (const name of left) rmSync(join(built, name));
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
