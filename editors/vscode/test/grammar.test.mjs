// The TextMate grammar against the shipped strategies, with the engine that VS Code uses.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const require = createRequire(import.meta.url);
const oniguruma = require('vscode-oniguruma');
const textmate = require('vscode-textmate');

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '../../..');
const manifest = JSON.parse(readFileSync(path.join(here, '../package.json'), 'utf8'));

async function grammar() {
  const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      const found = manifest.contributes.grammars.find((it) => it.scopeName === scope);
      const file = path.join(here, '..', found.path);
      return textmate.parseRawGrammar(readFileSync(file, 'utf8'), file);
    },
  });
  return registry.loadGrammar('source.strat');
}

/** Every piece of a text with the innermost scope that the grammar gives it. */
function pieces(rules, text) {
  const out = [];
  let stack = textmate.INITIAL;
  for (const line of text.split('\n')) {
    const result = rules.tokenizeLine(line, stack);
    stack = result.ruleStack;
    for (const token of result.tokens) {
      out.push([line.slice(token.startIndex, token.endIndex).trim(), token.scopes.at(-1)]);
    }
  }
  return out;
}

const rules = await grammar();
const folder = path.join(root, 'strategies');
const strategies = readdirSync(folder).filter((name) => name.endsWith('.strat'));
const read = (name) => readFileSync(path.join(folder, name), 'utf8');

test('reserved words are keywords wherever they stand', () => {
  const pest = readFileSync(path.join(root, 'dsl/src/grammar.pest'), 'utf8');
  const block = /reserved = _\{([^}]*)\}/.exec(pest)[1];
  const reserved = new Set([...block.matchAll(/"(\w+)"/g)].map((it) => it[1]));
  assert.ok(reserved.size > 40, `${reserved.size} reserved words`);
  for (const word of reserved) {
    const [[, scope]] = pieces(rules, `${word} x`);
    assert.match(scope, /^keyword\./, `${word} is ${scope}`);
  }
});

test('words, numbers, texts and comments of the shipped strategies', () => {
  assert.ok(strategies.length >= 5);
  const sure = pieces(rules, read('sure_bets.strat'));
  const scopeOf = (word) => sure.find(([piece]) => piece === word)?.[1];
  for (const [word, scope] of [
    ['sure_bets', 'entity.name.type.strat'],
    ['min_certainty', 'variable.other.declaration.strat'],
    ['0.95', 'constant.numeric.strat'],
    ['48h', 'constant.numeric.strat'],
    ['500 usd', 'constant.numeric.strat'],
    ['buy', 'keyword.other.order.strat'],
    ['has_any', 'keyword.operator.word.strat'],
    ['require', 'keyword.control.strat'],
    ['every', 'keyword.control.handler.strat'],
    ['percent', 'support.type.strat'],
  ]) {
    assert.equal(scopeOf(word), scope, word);
  }
});

test('no number and no text is left without a scope', () => {
  for (const name of strategies) {
    for (const [piece, scope] of pieces(rules, read(name))) {
      const plain = scope === 'source.strat';
      assert.ok(!(plain && /["\d]/.test(piece.replace(/\b[A-Za-z_]\w*/g, ''))), `${name}: ${piece}`);
    }
  }
});

test('every command of the manifest is registered, and no other', () => {
  const source = readFileSync(path.join(here, '../extension.js'), 'utf8');
  const registered = [...source.matchAll(/registerCommand\('([^']+)'/g)].map((it) => it[1]).sort();
  const declared = manifest.contributes.commands.map((it) => it.command).sort();
  assert.deepEqual(registered, declared);
});
