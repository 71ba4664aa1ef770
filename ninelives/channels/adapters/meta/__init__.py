"""What the channels of Meta share: WhatsApp, Messenger, Instagram, and comments on both. It is no channel itself."""
