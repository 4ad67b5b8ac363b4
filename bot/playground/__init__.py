"""The bot in a browser page that looks like a Discord channel, without a token: `python -m bot playground`.

Discord's part is played by simcord's backend, whose rules (rights, which commands are seen, what a form takes) are
Discord's. simcord's own preview page was tried first and shows one channel, one act at a time, and an answer only
once it is whole. So the page is ours: it shows every edit as it comes, all channels and threads, and lets several
people act at once.
"""
