// SPDX-License-Identifier: LGPL-2.1-or-later
//
// usage: node install-packages.mjs SOURCE FOLDER STAMP
//
// Puts what the tests need into FOLDER, inside the build folder: the source tree stays clean.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [source, folder, stamp] = process.argv.slice(2).map((name) => path.resolve(name));

fs.mkdirSync(folder, { recursive: true });
for (const name of ['package.json', 'package-lock.json']) fs.copyFileSync(path.join(source, name), path.join(folder, name));
execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
  cwd: folder,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, npm_config_cache: path.join(folder, 'npm-cache') },
});
fs.writeFileSync(stamp, '');
