"""Drum patterns, a bar a string: ``x`` hit, ``X`` accent, ``o`` soft, ``g`` ghost, ``?`` sometimes, ``.`` rest.

A string of 16 divides a 4/4 bar into sixteenths, one of 12 into triplets (or a 3/4 or 6/8 bar into sixteenths), one of 24 into
sixteenth triplets, one of 32 into thirty-seconds. Each group belongs to training or to the songs held out, never to both.
"""

from __future__ import annotations

from types import MappingProxyType

NOTES = MappingProxyType({
    "k": 36, "s": 38, "r": 37, "c": 39, "h": 42, "p": 44, "o": 46, "d": 51, "b": 53, "t": 45, "f": 43, "T": 48, "m": 82, "w": 56,
    "v": 75, "q": 63, "Q": 62, "y": 54, "C": 49,
})  # fmt: skip
VELOCITIES = MappingProxyType({"X": 122, "x": 104, "o": 78, "g": 42, "?": 88})

Pattern = dict[str, str]


def _p(text: str) -> Pattern:
    """Return a pattern written as ``k:x...|s:....``."""
    return dict(part.split(":") for part in text.split("|"))


TRAIN = MappingProxyType({name: tuple(_p(text) for text in texts) for name, texts in {
    "rock": (
        "k:x.......x.......|s:....x.......x...|h:x.x.x.x.x.x.x.x.",
        "k:x.....x.x.......|s:....x.......x...|h:x.x.x.x.x.x.x.x.",
        "k:x..x....x.x.....|s:....x.......x...|h:X.o.X.o.X.o.X.o.",
        "k:x.x.....x.x...?.|s:....x.......x...|d:x.x.x.x.x.x.x.x.",
        "k:x.......x.x.....|s:....x..g....x..g|h:x...x...x...x...",
        "k:x.....x...x.....|s:....x.......x...|o:x...x...x...x...",
        "k:x.x...x.x.x...x.|s:x...x...x...x...|o:x...x...x...x...",
        "k:x...............|s:........x.......|h:x...x...x...x...",
        "k:x.....x.........|s:........x.......|o:x...x...x...x...",
        "k:x...x...x...x...|f:x.x.x.x.x.x.x.x.|s:....x.......x...",
    ),
    "pop": (
        "k:x.......x..x....|s:....x.......x...|h:xoxoxoxoxoxoxoxo",
        "k:x..x..x...x.....|s:....x.......x...|h:x.x.x.x.x.x.x.x.|c:....x.......x...",
        "k:x...x...x...x...|s:....x.......x...|h:..x...x...x...x.",
        "k:x.........x.....|r:....x.......x...|h:x.x.x.x.x.x.x.x.",
        "k:x..x..x.x..x..x.|c:....x.......x...|m:xoxoxoxoxoxoxoxo",
        "k:x..x....x..x....|s:....x.......x..?|y:x.x.x.x.x.x.x.x.",
    ),
    "funk": (
        "k:x.x....x..x..x..|s:....x..g.g..x..g|h:xoxoxoxoxoxoxoxo",
        "k:x..x..x....x....|s:....x..x.g.gx.g.|h:x.x.x.x.x.o.x.x.",
        "k:x.......?.x..x..|s:..g.x.g..g.gx..x|h:xoxoxoxoxoxoxo..|o:..............x.",
        "k:X..x.....x....x.|s:....X..g.g..X.g.|h:xxxxxxxxxxxxxxxx",
        "k:x.x...x...x.x...|s:....x.......x..g|h:.ox..ox..ox..ox.",
    ),
    "break": (
        "k:x.x.......xx....|s:....x..g.g..x..g|d:x.x.x.x.x.x.x.x.",
        "k:x.........x.....|s:....x..x.x..x...|h:x.x.x.x.x.x.x.x.",
        "k:x..x......x.....|s:....x..g.g....x.|h:x.x.x.x.x.x.x.x.",
        "k:x.x.....?.x.....|s:....x....g..x.g.|h:xoxoxoxoxoxoxoxo",
        "k:x.........x..x..|s:....x.......x...|d:x.x.x.x.x.x.x.x.",
    ),
    "reggae": (
        "k:........x.......|r:........x.......|h:x.x.x.x.x.x.x.x.",
        "k:........x.......|s:........x.....g.|h:x.ox.ox.x.ox.ox.",
        "k:x.......x.......|r:........x..x....|h:..x...x...x...x.",
        "k:x...x...x...x...|s:........x.......|h:x.x.x.x.x.x.x.x.",
        "k:x.....x.x.....x.|s:....x.......x...|h:..x...x...x...x.",
    ),
    "ska": (
        "k:x.......x.......|s:....x.......x...|h:..x...x...x...x.",
        "k:x...x...x...x...|s:....x.......x...|o:..x...x...x...x.",
    ),
    "swing": (
        "d:x..x.xx..x.x|p:...x.....x..|k:o..o..o..o..",
        "d:x..x.xx..x.x|p:...x.....x..|s:..g.....g...|k:?.....?.....",
        "d:x..x..x..x.x|p:...x.....x..|s:.....?..g..g",
        "h:x..x.xx..x.x|r:.........x..|k:x..o..x..o..",
    ),
    "shuffle": (
        "k:x.....x.....|s:...x.....x..|h:x.xx.xx.xx.x",
        "k:x.x...x.x...|s:...x.g...x.g|h:x.xx.xx.xx.x",
        "k:x....xx....x|s:...x.....x..|d:x.xx.xx.xx.x",
        "k:x.....x.....|s:...x.....x..|h:x..x..x..x..",
        "k:x....x......|s:g.g.g.x.g.g.|h:x.xx.xx.xx.x",
    ),
    "slow triplets": (
        "k:x.....x.....|s:...x.....x..|h:xxxxxxxxxxxx",
        "k:x.....x.x...|s:...x.....x..|d:xooxooxooxoo",
        "k:x.....x....x|r:...x.....x..|h:xooxooxooxoo",
    ),
    "latin": (
        "k:x..xx..xx..xx..x|r:x..x..x...x..x..|h:xoxoxoxoxoxoxoxo",
        "k:x..xx..xx..xx..x|r:..x..x..x..x..x.|m:xoxoxoxoxoxoxoxo",
        "k:x..x..x.x..x..x.|s:g.gXg.gXg.gXg.gX|m:xoxoxoxoxoxoxoxo",
        "k:...x..x....x..x.|w:x.x.x.x.x.x.x.x.|q:o.o.X.xxo.o.X.xx",
        "v:x..x..x...x.x...|q:..o.X...o.o.x.x.|Q:......xx......xx|m:x.x.x.x.x.x.x.x.",
        "k:x..x..x.x..x..x.|s:...x..x....x..x.|h:x.x.x.x.x.x.x.x.",
        "k:x...x...x...x...|s:...x..x....x..x.|m:xoxoxoxoxoxoxoxo",
    ),
    "four on the floor": (
        "k:X...X...X...X...|c:....x.......x...|o:..x...x...x...x.",
        "k:X...X...X...X...|h:oxoxoxoxoxoxoxox|s:....x.......x...",
        "k:X...X...X...X...|o:..x...x...x...x.|h:xoxoxoxoxoxoxoxo",
        "k:X...X...X...X..?|c:....x.......x..g|m:xoxoxoxoxoxoxoxo|o:..x...x...x...x.",
        "k:X...X...X...X...|r:..x..x..x..x..x.|h:..x...x...x...x.",
        "k:X...X...X...X...",
        "k:X...X...X...X...|d:x.x.x.x.x.x.x.x.|c:....X.......X...|t:...o..o....o..o.",
    ),
    "electro": (
        "k:x..x..x...x.....|s:....x.......x...|h:x.x.x.x.x.x.x.x.",
        "k:x.....x..x......|c:....x.......x...|w:..x..x...x..x...",
        "k:x..x.....x....x.|s:....x..x....x...|h:xxxxxxxxxxxxxxxx",
    ),
    "hip hop": (
        "k:x..x.....xx.....|s:....x.......x...|h:x.x.x.x.x.x.x.x.",
        "k:x......x..x.....|s:....x.......x..g|h:x.x.x.xxx.x.x.x.",
        "k:x.x.......x..x..|s:....x.......x...|h:x.x.x.x.x.x.x.o.",
        "k:x.....?..x......|s:....x.......x...|m:xoxoxoxoxoxoxoxo",
    ),
    "trap": (
        "k:x...............x.....x.........|s:................x...............|h:x...x...x...x...x...x...x.x.x.x.",
        "k:x.....x.............x...........|c:................x...............|h:x...x...x.xxx...x...x...xxxxx...",
        "k:x.........x.........x.....x.....|s:................x...............|h:x.x.x.x.x.x.x.x.x.x.x.xxxxxxx.x.",
        "k:x...........x.......?...........|c:................x...............|h:x...x...x...x...xxxxx...x...x...",
        "k:x.....x...........x.....x.......|s:................x.............g.|h:x...x.x.x...x.x.x...x.x.x...x.x.|o:............................x...",
    ),
    "punk": (
        "k:x...x...x...x...|s:..x...x...x...x.|h:x.x.x.x.x.x.x.x.",
        "k:x.....x.x.....x.|s:....x.......x...|o:x...x...x...x...",
        "k:x..x..x.x..x..x.|s:....x.......x...|C:x...x...x...x...",
    ),
    "metal": (
        "k:xxxxxxxxxxxxxxxx|s:....x.......x...|C:x...x...x...x...",
        "k:x.x.x.x.x.x.x.x.|s:.x.x.x.x.x.x.x.x|d:x.x.x.x.x.x.x.x.",
        "k:xx.xx.xx.xx.xx.x|s:........x.......|C:x...x...x...x...",
        "k:x..x..x..x..x.x.|s:....x.......x...|o:x...x...x...x...",
        "k:x.x.x.x.x.x.x.x.|s:x...x...x...x...|d:x...x...x...x...",
    ),
    "waltz": (
        "k:x...........|s:....x...x...|h:x...x...x...",
        "k:x...........|r:....o...o...|d:x...x.x.x...",
        "k:x.........?.|s:........x...|h:x.x.x.x.x.x.",
        "k:x.....x.....|s:....x...x...|h:x.x.x.x.x.x.",
        "k:x...........|h:....x...x...",
    ),
    "6/8": (
        "k:x...........|s:......x.....|h:x.x.x.x.x.x.",
        "k:x.........x.|s:......x.....|d:x.o.o.x.o.o.",
        "k:x.....?.x...|r:......x.....|h:x...x.x...x.",
        "k:x...x.......|s:......x...g.|h:x.x.x.x.x.x.",
    ),
    "2/4": ("k:x.......|s:....x...|h:..x...x.", "k:x.......|s:..x...x.", "k:x...x...|s:..x...xx|h:x.x.x.x."),
    "5/4": ("k:x.....x.............|s:....x.......x...x...|h:x.x.x.x.x.x.x.x.x.x.",
            "k:x...........x.......|s:......x.........x...|d:x...x...x...x...x..."),
}.items()})  # fmt: skip

HELD = MappingProxyType({name: tuple(_p(text) for text in texts) for name, texts in {
    "rock": (
        "k:x.......x.x..x..|s:....x.......x...|h:x.x.x.x.x.x.x.x.",
        "k:x.....xx..x.....|s:....x.......x...|d:x...x...x...x...",
        "k:x..x..x.x.......|s:....x.......x.x.|h:x.x.x.x.x.x.x.x.",
    ),
    "pop": (
        "k:x......xx.......|s:....x.......x...|h:x.xxx.xxx.xxx.xx",
        "k:x.....x...x..x..|c:....x.......x...|h:x.x.x.x.x.x.x.x.",
        "k:x.......x.......|r:....x..x....x...|m:x.x.x.x.x.x.x.x.",
    ),
    "funk": (
        "k:x..x.....xx.....|s:....x.gg....x.g.|h:x.xxx.xxx.xxx.xx",
        "k:x.x..x....x....x|s:....X..x..g.X...|h:xoxoxoxoxoxo..xo|o:............x...",
        "k:x.....xx.x......|s:.g..x..g.g..x..g|h:x.x.x.x.x.x.x.x.",
    ),
    "break": ("k:x..x...x..x.....|s:....x.....g.x..x|h:x.x.x.x.x.x.x.x.",),
    "reggae": (
        "k:........x.......|r:........x.....x.|h:x..xx..xx..xx..x",
        "k:x.......x.......|s:........x.......|h:o.x.o.x.o.x.o.x.",
        "k:x...x...x...x...|r:....x..x........|h:..x...x...x...xx",
    ),
    "ska": ("k:x.......x.....x.|s:....x.......x...|h:x.x.x.x.x.x.x.x.",),
    "swing": ("d:x..x.xx..x.x|p:...x.....x..|s:?....g..?...|k:o.....o.....", "d:x.xx..x.xx..|p:...x.....x..|r:........g..."),
    "shuffle": ("k:x..x..x..x..|s:...x.....x..|h:x.xx.xx.xx.x", "k:x.....x.x..x|s:...x..g..x.g|d:x.xx.xx.xx.x"),
    "slow triplets": ("k:x....xx.....|s:...x.....x..|h:xxxxxxxxxxxx",),
    "latin": (
        "k:x..xx..xx..xx..x|r:..x..x...x..x...|h:xoxoxoxoxoxoxoxo",
        "k:x..x..x.x..x..x.|v:..x.x...x..x..x.|q:o.x.X.o.o.x.X.oo",
        "k:x..x..x.x..x..x.|w:x..xx.x.x..xx.x.|Q:..x...x...x...xx",
    ),
    "four on the floor": (
        "k:X...X...X...X...|c:....x.......x...|h:..xo..xo..xo..xo",
        "k:X...X...X...X...|o:..x...x...x...x.|r:...x...x.x...x..",
        "k:X...X...X...X.?.|s:....x.......x...|h:xxoxxxoxxxoxxxox",
    ),
    "electro": ("k:x.....x...x.....|s:....x.......x...|h:x.xxx.xxx.xxx.xx",),
    "hip hop": (
        "k:x......xx.......|s:....x.......x...|h:x.x.x.x.x.x.xxx.",
        "k:x.x....x..x.....|s:....x.......x..?|h:x.x.x.x.x.x.x.x.",
    ),
    "trap": (
        "k:x.......x...........x...........|c:................x...............|h:x...x...x...x.x.x...x...xxxxx...",
        "k:x...........x.....x.............|s:................x...............|h:x.x.x.x.xxx.x.x.x.x.x.x.x.x.xxxx",
    ),
    "punk": ("k:x.x...x.x.x...x.|s:....x.......x...|h:x.x.x.x.x.x.x.x.", "k:x...x...x...x..x|s:..x...x...x...x.|o:x...x...x...x..."),
    "metal": (
        "k:x.xxx.xxx.xxx.xx|s:....x.......x...|d:x...x...x...x...",
        "k:x.x.x.x.x.x.x.x.|s:....x.......x...|C:x...x...x...x...",
        "k:xx..xx..xx..x.x.|s:........x.......|o:x...x...x...x...",
    ),
    "waltz": ("k:x...........|s:....o...x...|h:x...x.x.x...", "k:x...........|p:....x...x...|d:x...x...x.x."),
    "6/8": ("k:x.......x...|s:......x.....|h:x.o.o.x.o.o.", "k:x...........|r:......x...x.|d:x.x.x.x.x.x."),
    "2/4": ("k:x.......|s:....x.x.|h:x.x.x.x.",),
    "5/4": ("k:x.......x...........|s:....x.......x.......|h:x.x.x.x.x.x.x.x.x.x.",),
}.items()})  # fmt: skip
