"""What hostile text tries on a terminal, and the words to carry it."""

import re

ST = "\x1b\\"
ATTACKS = {
    "erase the screen": "\x1b[2J",
    "erase the scrollback": "\x1b[3J",
    "erase the line": "\x1b[24D\x1b[K",
    "move the cursor home": "\x1b[H",
    "move the cursor far up": "\x1b[999A",
    "save and restore the cursor": "\x1b7\x1b8\x1b[s\x1b[u",
    "scroll down": "\x1b[50S\x1b[50T",
    "scroll within a region": "\x1b[5;6r",
    "insert and delete lines": "\x1b[9L\x1b[9M",
    "repeat the last character": "\x1b[9999b",
    "hide what follows": "\x1b[8m",
    "hide the cursor": "\x1b[?25l",
    "alternate screen": "\x1b[?1049h",
    "mouse reports": "\x1b[?1000;1006h",
    "focus reports": "\x1b[?1004h",
    "bracketed paste mode": "\x1b[?2004h",
    "bracketed paste": "\x1b[200~rm\r\x1b[201~",
    "wrapping among other modes": "\x1b[?5;7;25l",
    "soft reset": "\x1b[!p",
    "hard reset": "\x1bc",
    "the alignment test": "\x1b#8",
    "ask for the cursor's place": "\x1b[6n",
    "ask what terminal it is": "\x1b[c\x1b[>q",
    "ask for the title": "\x1b[21t",
    "make the window an icon": "\x1b[2t",
    "kitty's keyboard": "\x1b[>1u",
    "other keys": "\x1b[>4;2m",
    "title and icon": "\x1b]0;owned\x07",
    "title by ST": f"\x1b]2;owned{ST}",
    "working folder": f"\x1b]7;file://evil/{ST}",
    "link": f"\x1b]8;;http://evil.example{ST}bank{ST}",
    "notification": "\x1b]9;owned\x07",
    "palette": "\x1b]4;0;?\x07\x1b]11;#000\x07",
    "write to the clipboard": "\x1b]52;c;b3duZWQ=\x07",
    "read the clipboard": f"\x1b]52;c;?{ST}",
    "prompt marks": "\x1b]133;A\x07",
    "urxvt's extensions": "\x1b]777;notify;a;b\x07",
    "iTerm's files": "\x1b]1337;File=inline=1:AA==\x07",
    "DCS: settings": f"\x1bP$q q{ST}",
    "DCS: sixel": f"\x1bPq#0;2;0;0;0~-{ST}",
    "DCS: tmux": f"\x1bPtmux;\x1b\x1b]0;x\x07{ST}",
    "APC: kitty's pictures": f"\x1b_Ga=T,f=100;AAAA{ST}",
    "PM": f"\x1b^owned{ST}",
    "SOS": f"\x1bXowned{ST}",
    "a string without an end": "\x1b]0;owned",
    "line drawing": "\x1b(0lqk",
    "index, reverse index, next line": "\x1bD\x1bM\x1bE",
    "C1 CSI": "\x9b2J",
    "C1 OSC": "\x9d0;owned\x9c",
    "C1 DCS, APC, PM, SOS": "\x90q\x9c\x9fG\x9c\x9ex\x9c\x98y\x9c",
    "C1 index, next line, reverse index": "\x84\x85\x8d",
    "carriage return": "rm\rls",
    "backspaces": "rm\b\bls",
    "bell": "\x07",
    "enquiry": "\x05",
    "shift out and in": "\x0elqk\x0f",
    "vertical tab and form feed": "\x0b\x0c",
    "XOFF and XON": "\x13\x11",
    "cancel and substitute": "\x18\x1a",
    "separators of old": "\x1c\x1d\x1e\x1f",
    "null": "\x00",
    "delete": "\x7f",
    "right-to-left override": "\u202egnp.exe\u202c",
    "isolates": "\u2066x\u2069\u2067\u2068",
    "embeddings and marks": "\u202a\u202b\u202d\u200e\u200f\u061c",
    "tags": "\U000e0001\U000e0069\U000e0067\U000e007f",
    "zero width": "\u200b\u2060\ufeff\u00ad\u034f\u180e",
    "joiners": "a\u200db\u200cc",
    "fillers": "a\u3164b\u115fc\u1160d\uffa0e\u2800f\u17b4\u17b5",
    "bytes in selectors": "😀" + "".join(chr(0xE0100 + ord(x) - 16) for x in "rm -rf"),
    "selectors": "a\ufe00b\ufe0fc\u180bd",
    "private use and noncharacters": "\ue000\ufdd0\uffff\U000f0000\U0010ffff",
    "zalgo": "z" + "\u0301\u0302\u0489" * 13,
    "a marker of ours": "\\[\u20601\\]",
    "separators": "\u2028\u2029",
    "annotations": "\ufff9a\ufffab\ufffb",
    "entities of HTML": "&#27;[2J&#x9b;2J&#x202e;&ZeroWidthSpace;&#8288;&#7;",
    "markup of Rich": "[red][link=http://evil.example]x[/link][/red]",
}
# Between marks of its own, so that it is seen to have come through.
HOSTILE = [f"a{at:02}{attack}z{at:02}" for at, attack in enumerate(ATTACKS.values())]
ON_ONE_LINE = " ".join(HOSTILE)


def without(characters: str, text: str = ON_ONE_LINE) -> str:
    return re.sub(f"[{characters}]", "", text)


# No argument, no name of a file and no header can hold a null.
ARGUMENT = without("\x00")
HEADER = without("\x00\n\v\f\r")
