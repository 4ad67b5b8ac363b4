"""What the community and its moderators touch: Discord, the terminal, the schedule and the web pages."""

__version__ = "0.1.0"
