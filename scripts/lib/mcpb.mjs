/** What Claude Desktop replaces by the folder that it unpacked the bundle into. */
const bundleFolder = '$' + '{__dirname}';
const entryPoint = 'server/stdio.cjs';

/**
 * The manifest of the bundle (MCPB 0.3). Claude Desktop runs it with a Node of its own, so it needs none here.
 *
 * @param {{ version: string, license: string, author: string, engines: { node: string } }} product of package.json
 */
export function mcpbManifest({ version, license, author, engines }) {
  return {
    manifest_version: '0.3',
    name: 'comfyui-mcp-desktop',
    display_name: 'ComfyUI MCP Desktop',
    version,
    description: 'Makes images, songs and more with ComfyUI, and keeps everything in the ComfyUI MCP Desktop app.',
    long_description:
      'Connects to the ComfyUI MCP Desktop app on this computer, and starts it hidden when it does not run. The app has to be installed.',
    author: { name: author },
    license,
    icon: 'icon.png',
    keywords: ['comfyui', 'images', 'audio', 'video'],
    server: {
      type: 'node',
      entry_point: entryPoint,
      mcp_config: { command: 'node', args: [`${bundleFolder}/${entryPoint}`], env: {} },
    },
    tools_generated: true,
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: engines.node } },
  };
}
