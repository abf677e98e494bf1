"""The screen in a browser: a web server that starts one program for each visitor and passes bytes.

It knows no file, no person and nothing of the rest of the project; what it starts is a command line that it is
given. It stands on textual-serve, which is an optional extra.
"""
