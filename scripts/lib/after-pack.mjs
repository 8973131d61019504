import fs from 'node:fs';
import path from 'node:path';
import { isFallback } from './fallback.mjs';

/** Set by `npm run pack:test` alone; without it a build is a release. */
export const TEST_BUILD = 'PACK_TEST_BUILD';

/**
 * electron-builder calls this when an application folder is complete, before it is signed or made into an installer.
 * It looks at the folder itself, so that no option, link or environment can bring the fallback runtime into a release.
 *
 * @param {import('electron-builder').AfterPackContext} context
 */
export default function afterPack({ appOutDir, packager, electronPlatformName }) {
  const { productFilename, version, buildVersion } = packager.appInfo;
  if (process.env[TEST_BUILD] !== '1') {
    if (isFallback(appOutDir)) {
      fs.rmSync(appOutDir, { recursive: true, force: true });
      throw new Error('This package holds the fallback runtime, which is for tests only. It was removed again.');
    }
    return;
  }
  const resources =
    electronPlatformName === 'darwin'
      ? path.join(appOutDir, `${productFilename}.app`, 'Contents', 'Resources')
      : path.join(appOutDir, 'resources');
  const electron = packager.config.electronVersion;
  const facts = { testBuild: true, version, buildVersion, electron, fallbackRuntime: isFallback(appOutDir) };
  fs.writeFileSync(path.join(resources, 'test-build.json'), `${JSON.stringify(facts, null, 2)}\n`);
  fs.writeFileSync(
    path.join(resources, 'TEST-BUILD.txt'),
    `This is a test build of ${productFilename} ${version} on Electron ${electron}. Do not give it to anyone.\n`,
  );
}
