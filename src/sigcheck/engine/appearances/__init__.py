"""What a signature's own appearance shows: text through its fonts' tables, or the fact that it is a picture."""
