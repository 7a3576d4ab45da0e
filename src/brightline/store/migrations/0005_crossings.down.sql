-- Shuts every crossing's compartment before it forgets them, so that no copied field stays readable.
UPDATE line.compartment SET state = 'shut' WHERE kind = 'crossing';
DROP TABLE IF EXISTS line.crossing_aspect, line.crossing_opinion, line.crossing_item, line.crossing_transition, line.crossing CASCADE;
