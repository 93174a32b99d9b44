"""What is made of a draft outside its rules: results, files, a recap, a search. Pure: each is
worked out of the view of DR2, and nothing here reads a log or a socket."""
