"""How good a ranking is: measures against judgements, and what a difference means."""
