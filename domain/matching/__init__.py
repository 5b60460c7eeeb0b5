"""Who fits whom: scores, the best assignment and its proof. Nothing here knows the database."""
