-- act: view
-- kind: query
-- roles: any
-- purposes: desk, oversight, case, lead
-- inquiry: optional
-- token: yes
-- params: {version: number, or none for the one in force}
-- result: head + {book, yaml, difference, proof, notice, may, registered}
BEGIN
  RETURN line.rulebook_show(ctx, p);
END
