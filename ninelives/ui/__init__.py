"""The look: base page, components, design tokens and small TypeScript elements. No word of customers here."""
