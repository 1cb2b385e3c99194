; Colours. Later patterns win in some editors and earlier ones in others: each node is named once.

(comment) @comment

[
  "import" "strategy" "version" "venue" "param" "constraint" "instrument" "universe" "clock" "gaps"
  "state" "words" "enum" "risk" "migrate" "from" "needs" "warm" "on_fault" "test" "prop" "forall"
  "always" "with" "at" "expect" "market" "book" "fill" "trade" "bar" "short" "max" "order" "by" "take"
  "where" "per" "step" "on" "every" "enter" "leave" "cold" "let" "set" "next" "yield" "as" "par"
] @keyword

["fn" "node"] @keyword.function
["if" "then" "else" "match" "require"] @keyword.conditional
["for"] @keyword.repeat
["and" "or" "not" "in" "is" "has_any" "has_word"] @keyword.operator

; What reaches the market stands out.
(side) @keyword.directive
[
  "quote" "target" "cancel" "together" "bid" "ask" "size" "tif" "gtc" "gtd" "fok" "fak" "ioc" "day"
  "stop" "trail" "take_profit" "stop_loss" "via" "passive" "cross" "twap" "each" "time" "because"
  "long" "notional" "weight" "all" "log" "alert"
] @keyword.directive
(halt "halt" @keyword.directive)
[(flat) (post_only) (reduce_only) (at_market) (nothing)] @keyword.directive
["desc" "asc" "some" "none"] @constant.builtin
(gaps) @constant.builtin
(actions (word) @constant.builtin)
(short_sale (word) @constant.builtin)

(strategy name: (name) @type.definition)
(node name: (name) @function)
(func name: (name) @function)
(enum_decl name: (name) @type.definition)
(enum_decl (word) @constant)
(param name: (name) @constant.parameter)
(instrument name: (name) @variable.instrument)
(universe name: (name) @variable.universe)
(clock name: (name) @variable.clock)
(let_eq name: (name) @variable)
(state name: (name) @variable.state)
(typed_name (name) @variable.parameter)
(import (name) @function)
(words_decl name: (name) @constant)
(venue (name) @constant.builtin)
(instrument "on" (name) @constant.builtin)
(path) @module
(ty_name (name) @type.builtin)

(event (name) @function.builtin)
(call (reference) @function.call)
(call (field (word) @function.call))
(arg (name) @label)
(slot_name (name) @label)
(binding (name) @variable.parameter)
(members (name) @variable)
(risk_rule (word) @property)
(record_field (word) @property)
(field (word) @property)
(place (word) @property)
(reference) @variable
(per (word) @variable)
(set (name) @variable.state)
(set_next (name) @variable.state)
(assignment (name) @variable)
(if_let (name) @variable)
(for_stmt (name) @variable)
(forall (name) @variable)
(fixture (name) @variable)
[(feed_book (name) @variable) (feed_fill (name) @variable) (feed_trade (name) @variable) (feed_bar (name) @variable)]
(test (name) @type)
(prop (name) @type)
(conversion (word) @type.builtin)
(place (name) @variable)

[(number) (integer)] @number
(strategy title: (string) @string.special)
(string) @string
(escape) @string.escape
(placeholder) @string.special.symbol

["=" "==" "!=" "<" "<=" ">" ">=" "+" "-" "*" "/" "/?" "%" "??" ".." "->" "@" "?"] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ":" ";" "." "?."] @punctuation.delimiter
