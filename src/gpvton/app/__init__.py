"""The fitting room: a web page on this computer, for trying on and correcting by hand."""
