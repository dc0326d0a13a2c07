// SPDX-License-Identifier: LGPL-2.1-or-later
//
// usage: node build.mjs SOURCE WORK OUTPUT-FOLDER DEPFILE [--check]
//
// Builds the page. Packages, npm's cache and a copy of the sources live under WORK, which is
// inside the build folder, so nothing appears in the source tree. With --check the packages
// of the tests come too, and the compiler has to agree with the types.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const [source, work, output, depfile] = process.argv.slice(2, 6).map((name) => path.resolve(name));
const check = process.argv.includes('--check');

function installPackages() {
  const stamp = path.join(work, 'packages.stamp');
  const wanted = createHash('sha256')
    .update(fs.readFileSync(path.join(source, 'package-lock.json')))
    .update(String(check))
    .digest('hex');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  for (const name of ['package.json', 'package-lock.json']) {
    fs.copyFileSync(path.join(source, name), path.join(work, name));
  }
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...(check ? [] : ['--omit=dev'])], {
    cwd: work,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, npm_config_cache: path.join(work, 'npm-cache') },
  });
  fs.writeFileSync(stamp, wanted);
}

function copySources() {
  for (const name of ['src', 'test']) {
    fs.rmSync(path.join(work, name), { recursive: true, force: true });
    if (fs.existsSync(path.join(source, name))) {
      fs.cpSync(path.join(source, name), path.join(work, name), { recursive: true });
    }
  }
  fs.copyFileSync(path.join(source, 'tsconfig.json'), path.join(work, 'tsconfig.json'));
}

async function bundle() {
  const esbuild = await import(pathToFileURL(path.join(work, 'node_modules/esbuild/lib/main.js')));
  await esbuild.build({
    absWorkingDir: work,
    entryPoints: [
      { in: 'src/main.tsx', out: 'page' },
      { in: 'src/page.css', out: 'page' },
      { in: 'src/frame.ts', out: 'frame' },
    ],
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome100', 'firefox100', 'safari15.4'],
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
    outdir: output,
  });
  fs.copyFileSync(path.join(work, 'src/icon.svg'), path.join(output, 'icon.svg'));
  for (const name of ['index.html', 'frame.html']) {
    const text = fs.readFileSync(path.join(work, 'src', name), 'utf8');
    fs.writeFileSync(path.join(output, name), text.replace(/\/assets\/([a-z]+\.(?:js|css))/g, withVersion));
  }
}

// A browser may keep a file for ever when its address says which one it is.
function withVersion(address, name) {
  const digest = createHash('sha256').update(fs.readFileSync(path.join(output, name))).digest('hex');
  return `${address}?v=${digest.slice(0, 12)}`;
}

async function bundleTests() {
  const esbuild = await import(pathToFileURL(path.join(work, 'node_modules/esbuild/lib/main.js')));
  await esbuild.build({
    absWorkingDir: work,
    entryPoints: ['test/all.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node18',
    logLevel: 'warning',
    outfile: path.join(output, 'unit-tests.mjs'),
  });
}

function compress() {
  for (const name of ['index.html', 'frame.html', 'icon.svg', 'page.js', 'page.css', 'frame.js']) {
    const bytes = fs.readFileSync(path.join(output, name));
    fs.writeFileSync(path.join(output, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

// For ninja: everything that the page is made of.
function writeDepfile() {
  const files = ['package.json', 'package-lock.json', 'tsconfig.json'];
  for (const folder of ['src', 'test']) {
    for (const name of fs.readdirSync(path.join(source, folder))) files.push(`${folder}/${name}`);
  }
  const escaped = files.map((name) => path.join(source, name).replace(/ /g, '\\ '));
  fs.writeFileSync(depfile, `${path.relative(process.cwd(), path.join(output, 'index.html'))}: ${escaped.join(' ')}\n`);
}

fs.mkdirSync(work, { recursive: true });
fs.mkdirSync(output, { recursive: true });
installPackages();
copySources();
if (check) {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'], {
    cwd: work,
    stdio: 'inherit',
  });
}
await bundle();
if (check) await bundleTests();
compress();
writeDepfile();
