"""The transformer that reads norms: its inputs, the model at run time, and the judge that asks it."""
