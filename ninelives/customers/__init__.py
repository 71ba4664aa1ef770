"""People and organisations who contact us, the addresses they use on every channel, and recognising who this is."""
