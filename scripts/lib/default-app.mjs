// What an unpackaged Electron binary runs first: `electron [-r module]... [--flags] <folder or file> [arguments]` loads
// the named application. It keeps the contract of the default_app.asar in Electron's own releases, which a runtime
// taken from another application's package lacks.
import fs from 'node:fs';
import { Module } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

function readCommandLine(argv) {
  const preload = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i];
    if (word === '-v' || word === '--version') return { version: true, preload };
    if (word === '-r' || word === '--require') preload.push(argv[++i]);
    else if (!word.startsWith('-')) return { target: word, preload };
  }
  return { preload };
}

/** Takes name, version and data folders from the application's package.json, as a packaged application would. */
function introduce(folder) {
  const file = path.join(folder, 'package.json');
  if (!fs.existsSync(file)) return;
  const { name, productName, version, desktopName } = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (version) app.setVersion(version);
  if (productName || name) app.name = productName || name;
  app.setDesktopName(desktopName || `${app.name}.desktop`);
  app.setPath('userData', path.join(app.getPath('appData'), app.name));
  app.setPath('sessionData', app.getPath('userData'));
}

async function load(target) {
  const appPath = path.resolve(target);
  introduce(appPath);
  const entry = Module._resolveFilename(appPath, null, true);
  app.setAppPath(fs.statSync(appPath).isDirectory() ? appPath : path.dirname(entry));
  await import(pathToFileURL(entry).href);
}

const { target, version, preload } = readCommandLine(process.argv.slice(1));
if (version) {
  fs.writeSync(1, `v${process.versions.electron}\n`);
  process.exit(0);
}
if (target === undefined) {
  fs.writeSync(2, 'usage: electron [-r module]... [--flags] <folder or file> [arguments]\n');
  process.exit(1);
}
process.defaultApp = true;
if (preload.length > 0) Module._preloadModules(preload);
try {
  await load(target);
} catch (error) {
  fs.writeSync(2, `App threw an error during load\n${error?.stack ?? error}\n`);
  process.exit(1);
}
