/** What the server says of itself. It says plainly that it is the demo. Source of the shapes: ComfyUI 0.3.64, server.py. */
import { freemem, totalmem } from 'node:os';
import { type EngineParts, features } from '../engine.js';
import { json, type Route } from '../http.js';

const DEVICE = 'Demo engine (no GPU)';

export function introspectionRoutes(engine: EngineParts): Route[] {
  const { profile } = engine;
  const page = '<!doctype html><title>Demo engine</title><p>This is the demo engine. It has no page of its own.</p>\n';
  const routes: Route[] = [
    { method: 'GET', path: '/system_stats', handler: () => json(systemStats(engine)) },
    { method: 'GET', path: '/extensions', handler: () => json([]) },
    {
      method: 'GET',
      path: '/',
      api: 'no',
      handler: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: page }),
    },
  ];
  if (profile.featureFlags) {
    routes.push({ method: 'GET', path: '/features', handler: () => json(features(profile, engine.maxBody)) });
  }
  if (profile.modernRoutes) {
    routes.push({ method: 'GET', path: '/i18n', handler: () => json({}) });
  }
  if (profile.jobs) {
    routes.push(
      { method: 'GET', path: '/node_replacements', handler: () => json({}) },
      { method: 'GET', path: '/assets', api: 'only', handler: () => json(assetsDisabled, 503) },
    );
  }
  return routes;
}

const assetsDisabled = {
  error: { code: 'SERVICE_DISABLED', message: 'Assets system is disabled.', details: {} },
};

function systemStats({ profile, argv }: EngineParts): Record<string, unknown> {
  const total = totalmem();
  const free = freemem();
  const isWindows = process.platform === 'win32';
  const versions = {
    comfyui_version: profile.version,
    required_frontend_version: '0.0.0',
    installed_templates_version: null,
    required_templates_version: '0.0.0',
  };
  const memory = { ram_total: total, ram_free: free };
  return {
    system: {
      os: profile.jobs ? process.platform : isWindows ? 'nt' : 'posix',
      ...(profile.modernRoutes ? { ...memory, ...versions } : {}),
      python_version: `none (demo engine on Node ${process.versions.node})`,
      ...(profile.modernRoutes ? { pytorch_version: 'none' } : {}),
      embedded_python: false,
      ...(profile.modernRoutes ? { argv } : {}),
      ...(profile.jobs ? { comfy_package_versions: {}, deploy_environment: 'demo' } : {}),
    },
    devices: [
      {
        name: DEVICE,
        type: 'cpu',
        index: null,
        vram_total: total,
        vram_free: free,
        torch_vram_total: total,
        torch_vram_free: free,
      },
    ],
  };
}
