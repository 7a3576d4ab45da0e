-- What every act asks of the rulebook, beside it: the whole is read from its own pages and unpacked each time it is looked into.
ALTER TABLE line.state
  ADD COLUMN inquiry_hours integer GENERATED ALWAYS AS ((rulebook #>> '{inquiry,hours}')::integer) STORED,
  ADD COLUMN inquiry_acts integer GENERATED ALWAYS AS ((rulebook #>> '{inquiry,acts}')::integer) STORED,
  ADD COLUMN role_purposes jsonb GENERATED ALWAYS AS (rulebook -> 'roles') STORED;
