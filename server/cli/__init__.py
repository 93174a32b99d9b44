# Layout: main.py is the program; every other module is one group of commands. Where a running
# server holds the database, commands ask it by HTTP (operator.py); where none does, they open the
# log themselves (offline.py).
