import struct
from pathlib import Path
def time_reference_s(path):
    d=Path(path).read_bytes()[:2000]
    if d[:4]!=b"RIFF": return None
    i=12
    r=44100; t=None
    while i+8<=len(d):
        n,s=struct.unpack("<4sI",d[i:i+8])
        if n==b"bext": t=struct.unpack("<Q",d[i+8+338:i+8+346])[0]
        if n==b"fmt ": r=struct.unpack("<I",d[i+12:i+16])[0]
        i+=8+s+(s&1)
    return t/r if t is not None else None
