// Numbers with their units. A number ends where a unit or nothing but a sign follows, which takes a
// look ahead that a regular expression of tree-sitter does not have: `5%` is a percentage, `5%2` a
// remainder, `1..5` a range and `5min` nothing at all.
#include "tree_sitter/parser.h"

#include <string.h>

enum TokenType { INTEGER, NUMBER };

// Longer than any unit, so that a longer word is never taken for one.
#define WORD_MAX 8

static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }

static bool is_word(int32_t c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

// Takes a whole word and keeps its beginning.
static void take_word(TSLexer *lexer, char word[WORD_MAX + 1]) {
  unsigned length = 0;
  while (is_word(lexer->lookahead)) {
    if (length < WORD_MAX) {
      word[length++] = (char)lexer->lookahead;
    }
    advance(lexer);
  }
  word[length] = 0;
}

static bool is_one_of(const char *word, const char *const *words) {
  for (; *words; words++) {
    if (strcmp(word, *words) == 0) {
      return true;
    }
  }
  return false;
}

// A point and a digit may not follow; a point alone may, as in `1..5`.
static bool ends_here(TSLexer *lexer) {
  if (lexer->lookahead != '.') {
    return true;
  }
  advance(lexer);
  return !is_digit(lexer->lookahead);
}

// The unit, if there is one. The end of the number is marked already and moves only over a unit.
static bool take_unit(TSLexer *lexer, char word[WORD_MAX + 1]) {
  static const char *const apart[] = {"usd", "shares", "coins", "lots", NULL};
  static const char *const tight[] = {"bps", "x", "ms", "us", "s", "m", "h", "d", NULL};
  if (lexer->lookahead == '%') {
    advance(lexer);
    if (!is_word(lexer->lookahead)) {
      lexer->mark_end(lexer);
      return ends_here(lexer);
    }
    return true;
  }
  if (is_word(lexer->lookahead)) {
    take_word(lexer, word);
    if (!is_one_of(word, tight) && !is_one_of(word, apart)) {
      return false;
    }
    lexer->mark_end(lexer);
    return ends_here(lexer);
  }
  if (lexer->lookahead == ' ' || lexer->lookahead == '\t') {
    while (lexer->lookahead == ' ' || lexer->lookahead == '\t') {
      advance(lexer);
    }
    take_word(lexer, word);
    if (is_one_of(word, apart)) {
      lexer->mark_end(lexer);
      return ends_here(lexer);
    }
    return true;
  }
  return ends_here(lexer);
}

static void take_digits(TSLexer *lexer) {
  while (is_digit(lexer->lookahead) || lexer->lookahead == '_') {
    advance(lexer);
  }
}

static bool scan_number(TSLexer *lexer) {
  char word[WORD_MAX + 1];
  lexer->result_symbol = NUMBER;
  take_digits(lexer);
  lexer->mark_end(lexer);
  if (lexer->lookahead == '.') {
    advance(lexer);
    if (!is_digit(lexer->lookahead)) {
      return true;
    }
    take_digits(lexer);
    lexer->mark_end(lexer);
  }
  if (lexer->lookahead == 'e' || lexer->lookahead == 'E') {
    advance(lexer);
    if (lexer->lookahead == '+' || lexer->lookahead == '-') {
      advance(lexer);
    }
    if (!is_digit(lexer->lookahead)) {
      return false;
    }
    while (is_digit(lexer->lookahead)) {
      advance(lexer);
    }
    lexer->mark_end(lexer);
  }
  return take_unit(lexer, word);
}

static bool scan_integer(TSLexer *lexer) {
  lexer->result_symbol = INTEGER;
  take_digits(lexer);
  lexer->mark_end(lexer);
  return !is_word(lexer->lookahead) && ends_here(lexer);
}

void *tree_sitter_strat_external_scanner_create(void) { return NULL; }

void tree_sitter_strat_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_strat_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_strat_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

bool tree_sitter_strat_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  while (lexer->lookahead == ' ' || (lexer->lookahead >= '\t' && lexer->lookahead <= '\r')) {
    lexer->advance(lexer, true);
  }
  if (!is_digit(lexer->lookahead)) {
    return false;
  }
  // Both are asked for only while a mistake is being stepped over.
  if (valid[NUMBER]) {
    return scan_number(lexer);
  }
  return valid[INTEGER] && scan_integer(lexer);
}
