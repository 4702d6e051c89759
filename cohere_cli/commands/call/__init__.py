"""What commands that call the API share: settings and client, inputs, replies."""
