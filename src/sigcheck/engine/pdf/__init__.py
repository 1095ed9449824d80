"""The PDF file as objects and revisions (ISO 32000-2, 7): what may be read without knowing anything of signatures."""
