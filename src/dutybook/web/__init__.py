"""The web application: the register in a browser, on this machine.

Server-rendered pages over the same store as the command line; they work without JavaScript, which only makes them quicker.
"""
