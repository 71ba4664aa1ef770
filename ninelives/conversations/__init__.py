"""Conversations (one thread on one channel), messages, notes, drafts; who has it, whether it is closed."""
