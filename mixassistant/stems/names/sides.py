import re
def side_from_name(n):
    m=re.fullmatch(r"(.*)[ ._-](L|R|left|right)",n,re.I) or re.fullmatch(r"(.*) ?\((L|R|left|right)\)",n,re.I)
    return (m[1],"left" if m[2].lower()[0]=="l" else "right") if m else None
def numbered_pair_from_name(n):
    m=re.fullmatch(r"(.*)[ ._-]0?([12])",n)
    return (m[1],int(m[2])) if m else None
