"""A paper as DOCX to be edited further, as PDF to be signed, and as pictures of its pages."""
