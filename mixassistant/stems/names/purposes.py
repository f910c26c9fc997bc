import re
from typing import Literal
from mixassistant.stems.names.roles import role_from_name, words_of, MIX_WORDS
Purpose=Literal["mix","accompaniment","acapella","click","guide","reference"]
def is_song_title(n): return bool(re.search(r"\((original|extended|club|radio).*\)|.+ - .+",n.lower()))
def purpose_from_name(n):
    l=n.lower(); w=set(words_of(n))
    if is_song_title(n): return None
    if re.search(r"no_vocals|instrumental",l): return "accompaniment"
    if re.search(r"acap",l): return "acapella"
    if w&{"click","metronome"}: return "click"
    if w&{"guide","scratch"}: return "guide"
    if w&{"reference","ref"}: return "reference"
    if (w&(MIX_WORDS|{"rough","main","2track","track"}) or "stereo out" in l) and role_from_name(n) is None and not re.search(r"track \d|print",l): return "mix"
    if "print" in l: return "mix"
def purpose_is_certain(n): return bool(set(words_of(n))&{"mix","master","mixdown"}) or "stereo out" in n.lower()
