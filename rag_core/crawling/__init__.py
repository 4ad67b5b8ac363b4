"""Where documentation comes from: a website, or a folder of Markdown. The one door to the network is in here."""
