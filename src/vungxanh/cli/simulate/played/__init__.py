"""The played day and its truth. Nothing here imports the product: what must be known afterwards is known from the play.

A test holds that. The rules of the plan are written here a second time, as a person who read them would.
"""
