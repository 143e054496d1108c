"""What happened, seen in the rows of the register: one module a sort of thing. Reads only; keys are made of content."""
