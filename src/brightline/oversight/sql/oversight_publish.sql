-- act: read-log
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- unread: prints figures, and changes nothing of what they count
-- params: {figures: [definition of figures.yml] (up to 60), as_of?: moment, from?: moment}: the form for the public; what it prints is remembered, and later publications are held against it
-- result: {as_of, since, size, root, checkpoint_at, figures: {key: [{cell: [text, text, text], value}], of people's acts: [{cell, printed: number | small | kept}], its total as cell ["*"]}}
BEGIN
  RETURN line.oversight_publish(ctx, p);
END
