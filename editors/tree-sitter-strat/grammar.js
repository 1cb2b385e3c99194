/**
 * @file The grammar of Strat for tree-sitter: highlighting, folding and outlines in editors.
 *
 * Its nodes carry the names of the rules of the compiler's own grammar, `dsl/src/grammar.pest`. It
 * accepts what that one reads without a diagnostic; the tests of this folder compare the two.
 */
/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

// Loosest first, as docs/language.md lists them.
const PREC = { or: 1, and: 2, not: 3, compare: 4, range: 5, or_else: 6, add: 7, multiply: 8, negate: 9, postfix: 10 };

const RESERVED = [
  'import', 'strategy', 'test', 'prop', 'param', 'constraint', 'instrument', 'universe', 'clock',
  'let', 'state', 'words', 'enum', 'risk', 'migrate', 'fn', 'node', 'on', 'where', 'per',
  'if', 'then', 'else', 'for', 'match', 'require', 'set', 'buy', 'sell', 'quote', 'together',
  'target', 'cancel', 'log', 'alert', 'halt', 'because', 'via',
  'and', 'or', 'not', 'in', 'is', 'as', 'has_any', 'has_word',
];

/** One or more, parted by commas; a last comma is allowed. */
const list = (rule) => seq(rule, repeat(seq(',', rule)), optional(','));

/** One or more, parted by commas. */
const row = (rule) => seq(rule, repeat(seq(',', rule)));

export default grammar({
  name: 'strat',

  externals: $ => [$.integer, $.number],
  extras: $ => [/[ \t\r\n]/, $.comment],
  word: $ => $.identifier,
  reserved: { global: _ => RESERVED, words: _ => [] },
  supertypes: $ => [$._expression],

  conflicts: $ => [
    // `@ 0.5 as probe` names a slot, `@ cash as usd at par` converts: the word behind `as` decides.
    [$._expression_no_in, $.conversion],
  ],

  rules: {
    file: $ => repeat($._item),
    _item: $ => choice($.import, $.strategy, $.node, $.func, $.enum_decl, $.words_decl, $.test, $.prop),
    import: $ => seq('import', $.path, optional(seq('{', list($.name), '}'))),
    path: $ => prec.left(seq($.name, repeat(seq('.', $._word)))),

    name: $ => $.identifier,
    _word: $ => alias(reserved('words', $.identifier), $.word),

    // ---------- strategy ----------
    strategy: $ => seq('strategy', field('name', $.name), optional(field('title', $.string)), '{', repeat($._member), '}'),
    _member: $ => choice(
      $.version, $.venue, $.param, $.constraint, $.instrument, $.universe, $.clock, $.enum_decl,
      $.words_decl, $.node, $.func, $.let_eq, $.state, $.risk, $.migrate, $.handler, $.on_fault,
      $.needs, $.warm,
    ),
    version: $ => seq('version', $.integer),
    venue: $ => seq('venue', $.name),
    // An `in` behind the default begins the range.
    param: $ => prec(1, seq(
      'param', field('name', $.name), ':', $.ty, '=', $._expression_no_in, optional($.param_range),
    )),
    param_range: $ => seq('in', $.range, optional($.param_step)),
    param_step: $ => seq('step', $._expression),
    constraint: $ => seq('constraint', $._expression),
    instrument: $ => seq('instrument', field('name', $.name), '=', $._expression, 'on', $.name, optional($.short_sale)),
    short_sale: $ => seq('short', ':', $._word),
    universe: $ => seq(
      'universe', field('name', $.name), 'max', $.integer, optional($.order_by), optional($.take),
      optional($.short_sale),
      '{', repeat($.where_line), '}',
    ),
    order_by: $ => seq('order', 'by', row($.order_key)),
    order_key: $ => seq($._expression, optional(choice('desc', 'asc'))),
    take: $ => seq('take', $._expression),
    where_line: $ => seq('where', $._expression),
    clock: $ => seq('clock', field('name', $.name), '=', $._expression, optional(seq('gaps', $.gaps))),
    gaps: _ => choice('carry', 'skip', 'halt'),
    let_eq: $ => seq(
      'let', field('name', $.name), optional($.per), optional(seq(':', $.ty)), '=', $._expression,
      optional($.else_reason),
    ),
    per: $ => seq('per', $._word),
    else_reason: $ => seq('else', $.string),
    state: $ => seq('state', field('name', $.name), ':', $.ty, '=', $._expression, optional($.per)),
    words_decl: $ => seq('words', field('name', $.name), '=', list($.string)),
    enum_decl: $ => seq('enum', field('name', $.name), '{', list($._word), '}'),
    risk: $ => seq('risk', '{', repeat($.risk_rule), '}'),
    risk_rule: $ => seq($._word, ':', $._expression, optional($.per), optional(seq('->', $.actions))),
    actions: $ => row($._word),
    migrate: $ => seq('migrate', 'from', $.integer, optional($.record_types), '{', repeat($.assignment), '}'),
    record_types: $ => seq('{', optional(list($.typed_name)), '}'),
    assignment: $ => seq($.name, '=', $._expression),
    func: $ => seq('fn', field('name', $.name), $.params, '->', $.ty, '=', $._expression),
    node: $ => seq(
      'node', field('name', $.name), $.params, '->', $.ty,
      '{', repeat(choice($.state, $.let_eq, $.set_next, $.yields)), '}',
    ),
    set_next: $ => seq('next', $.name, '=', $._expression),
    yields: $ => seq('yield', $._expression),
    params: $ => seq('(', optional(list($.typed_name)), ')'),
    typed_name: $ => seq($.name, ':', $.ty),
    on_fault: $ => seq('on_fault', $.actions),
    needs: $ => seq('needs', $.actions),
    warm: $ => seq('warm', $._expression),

    // ---------- handlers ----------
    handler: $ => seq('on', $._trigger, optional($.binding), optional($.for_members), optional('cold'), $.block),
    _trigger: $ => choice($.every, $.enter, $.leave, $.event),
    every: $ => seq('every', $._expression),
    enter: $ => seq('enter', $.members),
    leave: $ => seq('leave', $.members),
    event: $ => seq($.name, optional($.args)),
    members: $ => seq($.name, 'in', $.name),
    binding: $ => seq('as', $.name),
    for_members: $ => seq('for', $.members),

    // ---------- statements ----------
    block: $ => seq('{', repeat($._statement), '}'),
    _statement: $ => choice(
      $.let_eq, $.require, $.set, $.if_stmt, $.match_stmt, $.for_stmt, $.quote, $.together, $.order,
      $.target, $.cancel, $.log, $.alert, $.halt,
    ),
    require: $ => seq('require', $._expression, optional($.else_reason)),
    set: $ => seq('set', $.name, repeat(seq('[', $._expression, ']')), '=', $._expression),
    if_stmt: $ => seq(
      'if', $._condition, $.block, repeat(seq('else', 'if', $._condition, $.block)),
      optional(seq('else', $.block)),
    ),
    _condition: $ => choice($.if_let, $._expression),
    if_let: $ => seq('let', $.name, '=', $._expression),
    match_stmt: $ => seq('match', $._expression, '{', repeat($.arm), '}'),
    arm: $ => seq($.path, '->', $.block),
    for_stmt: $ => seq('for', $.name, 'in', $._expression, $.block),
    order: $ => seq($.side, $.place, $._expression, optional($.price_at), repeat($._order_option)),
    side: _ => choice('buy', 'sell'),
    place: $ => prec.right(seq($.name, repeat(choice(seq('.', $._word), seq('[', $._expression, ']'))))),
    price_at: $ => seq('@', choice($.at_market, $._expression)),
    at_market: _ => 'market',
    _order_option: $ => choice(
      $.post_only, $.reduce_only, $.tif, $.stop, $.trail, $.take_profit, $.stop_loss, $.slot_name,
      $.via, $.each_time, $.else_cancel, $.because,
    ),
    post_only: _ => 'post_only',
    reduce_only: _ => 'reduce_only',
    tif: $ => seq('tif', choice('gtc', 'fok', 'fak', 'ioc', 'day', seq('gtd', $._expression))),
    stop: $ => seq('stop', $._expression, optional(seq('on', $.event))),
    trail: $ => seq('trail', $._expression, optional(seq('on', $.event))),
    take_profit: $ => seq('take_profit', $._expression, optional(seq('on', $.event))),
    stop_loss: $ => seq('stop_loss', $._expression, optional(seq('on', $.event))),
    slot_name: $ => seq('as', $.name),
    via: $ => seq('via', choice('passive', 'cross', seq('twap', '(', $._expression, ')'))),
    each_time: $ => seq('each', 'time', 'max', $._expression),
    else_cancel: _ => seq('else', 'cancel'),
    because: $ => seq('because', $.string),
    quote: $ => seq(
      'quote', $.place, '{', repeat(choice($.quote_side, $._order_option, ',')), '}',
      optional($.else_cancel),
    ),
    quote_side: $ => seq(choice('bid', 'ask'), $._expression, 'size', $._expression),
    together: $ => seq('together', $.block),
    target: $ => seq('target', $.place, $._goal, optional($.via), optional($.because)),
    _goal: $ => choice($.flat, $.goal_long, $.goal_short, $.goal_size, $.goal_notional, $.goal_weight),
    flat: _ => 'flat',
    goal_long: $ => seq('long', $._expression),
    goal_short: $ => seq('short', $._expression),
    goal_size: $ => seq('size', $._expression),
    goal_notional: $ => seq('notional', $._expression),
    goal_weight: $ => seq('weight', $._expression),
    cancel: $ => seq('cancel', choice('all', $.place)),
    log: $ => seq('log', $.string),
    alert: $ => seq('alert', $.string),
    halt: $ => seq('halt', $.string),

    // ---------- tests ----------
    test: $ => seq('test', field('name', $.string), 'for', $.name, '{', repeat(choice($.with, $.fixture, $.at_step)), '}'),
    prop: $ => seq('prop', field('name', $.string), 'for', $.name, '{', repeat(choice($.forall, $.always, $.with)), '}'),
    with: $ => seq('with', $.assignment),
    fixture: $ => seq('market', $.name, $.record),
    record: $ => seq('{', optional(list($.record_field)), '}'),
    record_field: $ => seq($._word, ':', $._expression),
    at_step: $ => seq('at', $._expression, choice($.expectation, $.feed_book, $.feed_fill, $.feed_trade, $.feed_bar)),
    feed_book: $ => seq('book', $.name, '{', optional(list($.quote_side)), '}'),
    feed_fill: $ => seq('fill', $._trade_body),
    feed_trade: $ => seq('trade', $._trade_body),
    _trade_body: $ => seq($.name, $.side, $._expression, '@', $._expression),
    feed_bar: $ => seq('bar', $.name, $.record),
    expectation: $ => seq('expect', choice($.nothing, $.order, $.target, $.quote, $._expression)),
    nothing: $ => seq('nothing', optional($.because)),
    forall: $ => seq('forall', $.name, 'in', $._expression),
    always: $ => seq('always', $._expression),

    // ---------- types ----------
    ty: $ => seq($._ty_atom, optional(seq('/', $._ty_atom)), optional('?')),
    _ty_atom: $ => choice($.ty_array, $.ty_name),
    ty_name: $ => seq(
      choice($.name, alias('instrument', $.name), alias('venue', $.name)),
      optional(seq('<', row($.ty), '>')),
    ),
    ty_array: $ => seq('[', $.ty, ';', $.integer, ']'),

    // ---------- expressions ----------
    _expression: $ => choice($._expression_no_in, $.in),
    _expression_no_in: $ => choice(
      $._convertible, $.or, $.and, $.not, $.comparison, $.is, $.range, $.or_else, $.sum, $.product,
      $.negation,
    ),
    _convertible: $ => choice(
      $.number, $.string, $.list, $.if_expr, $.paren, $.reference, $.field, $.call, $.index,
      $.conversion,
    ),
    or: $ => prec.left(PREC.or, seq($._expression, 'or', $._expression)),
    and: $ => prec.left(PREC.and, seq($._expression, 'and', $._expression)),
    not: $ => prec(PREC.not, seq('not', $._expression)),
    comparison: $ => prec.left(PREC.compare, seq(
      $._expression,
      choice('==', '!=', '<', '<=', '>', '>=', 'has_any', 'has_word'),
      $._expression,
    )),
    in: $ => prec.left(PREC.compare, seq($._expression, 'in', $._expression)),
    is: $ => prec.left(PREC.compare, seq($._expression, 'is', choice('some', 'none'))),
    range: $ => prec.left(PREC.range, seq($._expression, '..', $._expression)),
    or_else: $ => prec.left(PREC.or_else, seq($._expression, '??', $._expression)),
    sum: $ => prec.left(PREC.add, seq($._expression, choice('+', '-'), $._expression)),
    product: $ => prec.left(PREC.multiply, seq($._expression, choice('*', '/', '/?', '%'), $._expression)),
    negation: $ => prec(PREC.negate, seq('-', $._expression)),
    conversion: $ => seq($._convertible, 'as', $._word, 'at', 'par'),
    field: $ => prec.left(PREC.postfix, seq($._convertible, choice('.', '?.'), $._word)),
    call: $ => prec.left(PREC.postfix, seq($._convertible, $.args)),
    index: $ => prec.left(PREC.postfix, seq($._convertible, '[', $._expression, ']')),
    args: $ => seq('(', optional(list($.arg)), ')'),
    arg: $ => seq(optional(seq($._arg_name, ':')), $._expression),
    _arg_name: $ => choice($.name, alias(choice('or', 'in', 'on', 'per', 'for', 'as', 'where'), $.name)),
    reference: $ => $.identifier,
    paren: $ => seq('(', $._expression, ')'),
    list: $ => seq('[', optional(choice(list($._expression), seq($._expression, $.times))), ']'),
    times: $ => seq(';', $.integer),
    if_expr: $ => prec.right(seq('if', $._expression, 'then', $._expression, 'else', $._expression)),

    // ---------- tokens ----------
    string: $ => seq('"', repeat(choice($.string_content, $.escape, $.placeholder)), token.immediate('"')),
    string_content: _ => token.immediate(prec(1, /[^"\\\n{]+/)),
    placeholder: _ => token.immediate(prec(1, /\{[^"\\\n}]*\}?/)),
    escape: _ => token.immediate(/\\[^\n]/),
    comment: _ => token(seq('//', /[^\n]*/)),
    identifier: _ => /[A-Za-z_][A-Za-z0-9_]*/,
  },
});
