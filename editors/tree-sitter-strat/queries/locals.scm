[(file) (strategy) (node) (func) (handler) (block) (arm) (test) (prop)] @local.scope

(param name: (name) @local.definition)
(instrument name: (name) @local.definition)
(universe name: (name) @local.definition)
(clock name: (name) @local.definition)
(let_eq name: (name) @local.definition)
(state name: (name) @local.definition)
(node name: (name) @local.definition)
(func name: (name) @local.definition)
(enum_decl name: (name) @local.definition)
(words_decl name: (name) @local.definition)
(typed_name (name) @local.definition)
(members . (name) @local.definition)
(for_stmt . (name) @local.definition)
(if_let (name) @local.definition)
(binding (name) @local.definition)

(reference) @local.reference
(place . (name) @local.reference)
(set . (name) @local.reference)
