"""What papers announce upwards, inside the transaction of the change."""

from django.dispatch import Signal

# paper: one that has its number now; actor; at.
paper_issued = Signal()
# paper: one that is withdrawn now, issued before or not; actor; at.
paper_withdrawn = Signal()
# before: a draft that is replaced; paper: its next version, as it came back from Word; actor; at.
paper_taken_over = Signal()
