import fs from 'node:fs';

/**
 * Flags that Electron needs on this machine.
 *
 * Chromium refuses to start as root with its sandbox on, because the sandbox gives up privileges that root would not
 * lose. Root is usual in containers; everybody else keeps the sandbox.
 *
 * @returns {string[]}
 */
export function sandboxFlags() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/**
 * The environment for Electron. An empty address of the session bus, which containers and `su` leave behind, crashes
 * Chromium's D-Bus code, whereas an absent one is handled. ELECTRON_RUN_AS_NODE is set in terminals inside editors that
 * are Electron programs themselves, and would turn ours into a plain Node.
 */
export function electronEnv(env = process.env) {
  const { ELECTRON_RUN_AS_NODE: _node, DBUS_SESSION_BUS_ADDRESS: bus, ...rest } = env;
  return bus ? { ...rest, DBUS_SESSION_BUS_ADDRESS: bus } : rest;
}

/**
 * Why Electron may have ended at once on this Linux system, if its kernel settings explain it.
 *
 * @param {string} dist folder of the runtime
 * @returns {string | undefined} a sentence with the remedy
 */
export function sandboxHint(dist) {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return undefined;
  const forbidden =
    readSetting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    readSetting('/proc/sys/kernel/unprivileged_userns_clone') === '0' ||
    readSetting('/proc/sys/user/max_user_namespaces') === '0';
  if (!forbidden) return undefined;
  const helper = `${dist}/chrome-sandbox`;
  return (
    "This system does not let ordinary programs make user namespaces, so Chromium's sandbox needs its helper to belong " +
    `to root:\n\n  sudo chown root "${helper}" && sudo chmod 4755 "${helper}"\n`
  );
}

function readSetting(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return undefined; // a kernel without this setting
  }
}
