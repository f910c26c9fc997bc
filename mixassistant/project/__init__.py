"""The project file: a mix with what it is compared with, what was decided on it, how it is looked at, and the bounces before it."""
