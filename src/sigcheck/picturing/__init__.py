"""Pictures of pages, drawn by PDFium in a process of its own with nothing but the document (extra `pictures`)."""
