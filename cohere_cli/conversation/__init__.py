"""Conversations: the history that is kept of them, and how they are continued."""
