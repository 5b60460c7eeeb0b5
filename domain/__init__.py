"""RULES: who may do what in which state, each in one transaction. No GraphQL, no HTTP."""
