-- What operations of before had turned into already stands on the overseers' list, too.
INSERT INTO oversight.marked (kind, of, flag, unit, regime, at) SELECT 'operation', o.number, f, o.unit, o.regime, o.updated
  FROM operations.operation o, jsonb_array_elements_text(operations.flags(o, operations.figures(o))) f WHERE f <> 'several_regimes' ON CONFLICT DO NOTHING;
