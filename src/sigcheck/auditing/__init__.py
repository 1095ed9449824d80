"""Archives: documents from their places through workers to the records of a result store."""
