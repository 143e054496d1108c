"""Models of what API operations answer and take. The fields of an answer are those of the register's rows."""
