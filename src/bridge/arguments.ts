/** The bridge's own arguments; every other one is for the program that it starts. */
export interface BridgeArguments {
  help: boolean;
  /** Never starts the desktop app. */
  headless: boolean;
  dataDir: string | undefined;
  rest: string[];
}

export const usage = `An MCP server on stdin and stdout for ComfyUI MCP Desktop, which is started when it does not run.

  --headless          start the program without a window, also where there is a display
  --data-dir FOLDER   connect to the program with this data folder, and start it with it [COMFY_MCP_DATA_DIR]

Everything else (--demo, --comfyui-url URL, …) is passed on to the program when it is started.
`;

export function readArguments(argv: readonly string[]): BridgeArguments {
  const read: BridgeArguments = { help: false, headless: false, dataDir: undefined, rest: [] };
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? '';
    if (argument === '--help' || argument === '-h') read.help = true;
    else if (argument === '--headless') read.headless = true;
    else if (argument.startsWith('--data-dir=')) read.dataDir = argument.slice('--data-dir='.length);
    else if (argument === '--data-dir') {
      at += 1;
      read.dataDir = argv[at];
    } else if (argument !== '--stdio') read.rest.push(argument);
  }
  return read;
}
