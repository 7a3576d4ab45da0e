-- What cases hold already is indexed as if it had just been taken in.
SELECT line.match_rebuild(f.id) FROM cases.case_file f WHERE f.state IN ('open', 'suspended', 'closure_requested');
