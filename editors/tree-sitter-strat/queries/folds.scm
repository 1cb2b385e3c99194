[
  (strategy) (node) (enum_decl) (universe) (risk) (migrate) (handler) (block) (match_stmt) (quote)
  (together) (test) (prop) (import)
] @fold
