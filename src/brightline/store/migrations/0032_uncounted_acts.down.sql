UPDATE line.inquiry i SET acts = i.acts + u.acts FROM line.uncounted u WHERE u.inquiry = i.id;
DROP TABLE line.uncounted;
