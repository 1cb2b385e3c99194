(strategy name: (name) @name) @definition.class
(node name: (name) @name) @definition.function
(func name: (name) @name) @definition.function
(enum_decl name: (name) @name) @definition.enum
(words_decl name: (name) @name) @definition.constant
(param name: (name) @name) @definition.field
(instrument name: (name) @name) @definition.field
(universe name: (name) @name) @definition.field
(clock name: (name) @name) @definition.field
(state name: (name) @name) @definition.field
(test name: (string) @name) @definition.method
(prop name: (string) @name) @definition.method
(call (reference) @name) @reference.call
