// The client: it starts `strat lsp` for strategy files and runs the command for the open one. All
// that it shows comes from the server, so that every editor says the same.
'use strict';

const vscode = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');

/** @type {LanguageClient | undefined} */
let client;

/** @param {vscode.ExtensionContext} context */
async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand('strat.restart', restart),
    vscode.commands.registerCommand('strat.test', () => inTerminal('test')),
    vscode.commands.registerCommand('strat.simulate', () => {
      const more = vscode.workspace.getConfiguration('strat').get('simulate.arguments', []);
      return inTerminal('simulate', more);
    }),
    vscode.commands.registerCommand('strat.bounds', () => inTerminal('bounds')),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('strat.path')) {
        restart();
      }
    }),
  );
  await start();
}

async function deactivate() {
  await client?.stop();
}

/** The command as configured. */
function command() {
  return vscode.workspace.getConfiguration('strat').get('path') || 'strat';
}

async function start() {
  const run = { command: command(), args: ['lsp'], transport: TransportKind.stdio };
  client = new LanguageClient(
    'strat',
    'Strat',
    { run, debug: run },
    { documentSelector: [{ language: 'strat' }] },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const open = 'Open Settings';
    const answer = await vscode.window.showErrorMessage(
      `Strat: \`${command()} lsp\` did not start (${error}). Put \`strat\` on the PATH, or set strat.path.`,
      open,
    );
    if (answer === open) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'strat.path');
    }
  }
}

async function restart() {
  await client?.stop();
  client = undefined;
  await start();
}

/**
 * Runs the command for the file of the active editor.
 * @param {string} what
 * @param {string[]} more
 */
async function inTerminal(what, more = []) {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== 'strat' || document.isUntitled) {
    vscode.window.showInformationMessage('Strat: open and save a strategy file first.');
    return;
  }
  await document.save();
  // A task takes the arguments as a list: no shell reads the file's name.
  const execution = new vscode.ProcessExecution(command(), [what, document.fileName, ...more]);
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const task = new vscode.Task(
    { type: 'strat', what },
    folder ?? vscode.TaskScope.Workspace,
    `${what} ${vscode.workspace.asRelativePath(document.uri)}`,
    'Strat',
    execution,
  );
  await vscode.tasks.executeTask(task);
}

module.exports = { activate, deactivate };
