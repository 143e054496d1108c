"""A server for assistants (Model Context Protocol): the register as tools and resources, over standard input and output."""
