"""What verbs answer and take: one model each, whose fields are those of the register's rows."""
