[
  (strategy) (node) (enum_decl) (universe) (risk) (migrate) (handler) (block) (match_stmt) (quote)
  (test) (prop) (record) (list) (args) (params)
] @indent

["}" "]" ")"] @outdent
