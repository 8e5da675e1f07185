"""The swap of a camera's picture: Socket.IO in the web process, frames in processes of their own."""
