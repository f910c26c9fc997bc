from mixassistant.stems.roles import *
from mixassistant.stems.roles import WORDS, words_of, role_from_name as _r, MIX_WORDS
import re
Q=set("lead in out top bottom l r di amp mic room oh bus dbl close bv sy loop kit main lithium".split())
def is_pure_name(name):
    ws=words_of(name)
    return bool(ws) and all(w.isdigit() or w in Q or any(w in x for x in WORDS.values()) for w in ws)
def role_from_name(name):
    if re.search(r"no_|instrumental|minus",name.lower()): return "other"
    return _r(name)
