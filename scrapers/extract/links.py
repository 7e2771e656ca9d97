"""Links as browsers and people read them: an address with blanks or backslashes in it, `www.…` without a scheme, a link that
a mail gateway wrapped, the link in a text by which one applies.

Belongs here: one link, as text. Does not belong here: joining it to its page (`answers.check.absolute`), which of a row's links
is its own (the spiders).
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import parse_qs, unquote, urlsplit

from scrapers.reference import read_words

ADDRESS = re.compile(r"https?://[^\s<>|\"]+|(?<![\w/.@-])www\.[\w-]+(?:\.[\w-]+)+(?:[/?#][^\s<>|\"]*)?", re.I)
HREF = re.compile(r"<a\s[^<>]*?\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
BLANKS = re.compile(r"[\t\r\n\f\v]+")
BARE_HOST = re.compile(r"www\.[\w-]+(?:\.[\w-]+)+(?:[/?#:]|$)", re.I)
ENDS = ".,;:!?'’”»›"
PAIRS = {")": "(", "]": "[", "}": "{"}
APPLY_WITHIN = 60
"""Characters before a link in which a word like "apply" makes it the one to apply by."""
MAX_WRAPPED = 3

SCRIPT_LINK = re.compile(r"\s*(?:#|javascript:)", re.I)
SCRIPT_TARGET = re.compile(r"(['\"])((?:https?://|\.{0,2}/|\?)[^'\"\s<>]+)\1", re.I)
"""What stands in quotes in a script and can only be an address."""

WRAPPERS = {
    "safelinks.protection.outlook.com": "url", "urldefense.proofpoint.com": "u", "linkprotect.cudasvc.com": "a",
    "protect-us.mimecast.com": "domain", "clicktime.symantec.com": "u", "google.com/url": "q", "l.facebook.com/l.php": "u",
    "linkedin.com/redir/redirect": "url", "secure-web.cisco.com": "", "urldefense.com": "",
}  # fmt: skip
"""Host, perhaps with a path, of what wraps links -> the parameter with the address; empty where it stands in the path."""
WRAPPER_HOSTS = tuple(wrapper.partition("/")[0] for wrapper in WRAPPERS)


def browser_address(link: str) -> str:
    """A link as a browser takes it (WHATWG URL, 4.4): without blanks around it and line breaks in it, backslashes as slashes,
    blanks as %20; `www.…` with a scheme; unwrapped."""
    link = BLANKS.sub("", link.strip())
    if BARE_HOST.match(link):
        link = f"https://{link}"
    if "\\" in link and ((scheme := SCHEME.match(link)) is None or scheme[0].lower() in ("http:", "https:")):
        path, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", link, re.S).groups()  # type: ignore[union-attr]  # matches all
        link = path.replace("\\", "/") + mark + rest
    return unwrapped(link.replace(" ", "%20"))


def is_script_link(link: str | None) -> bool:
    """Whether a link is there for a script: `#`, `javascript:…`."""
    return bool(link) and SCRIPT_LINK.match(link or "") is not None


def script_address(link: str) -> str | None:
    """The address that a link by script opens: `javascript:open('/jobs/5')`; None where it names none."""
    named = SCRIPT_TARGET.search(unquote(link))
    return named[2] if named else None


def unwrapped(link: str) -> str:
    """The address that a gateway wrapped, the link itself where none did."""
    for _ in range(MAX_WRAPPED):
        inner = _wrapped_address(link)
        if inner is None:
            break
        link = inner
    return link


def unwrapped_links(text: str) -> str:
    """A text with every link that a gateway wrapped unwrapped: what wraps it names who it was sent to."""
    return ADDRESS.sub(lambda link: unwrapped(link[0]), text)


def _wrapped_address(link: str) -> str | None:
    lower = link.lower()
    if not lower.startswith(("http://", "https://")) or not any(host in lower for host in WRAPPER_HOSTS):
        return None
    try:
        parts = urlsplit(link)
        place = f"{parts.hostname or ''}{parts.path}"
    except ValueError:
        return None
    for wrapper, parameter in WRAPPERS.items():
        host, _, path = wrapper.partition("/")
        own_host = (parts.hostname or "").removeprefix("www.")
        if (own_host != host and not own_host.endswith(f".{host}")) or (path and not parts.path.startswith(f"/{path}")):
            continue
        if not parameter:
            inner = re.search(
                r"(?:__|/)(https?(?::|%3A)//?.*?)(?:__;|$)", place + (f"?{parts.query}" if parts.query else "")
            )
            address = re.sub(r"^(https?:)/(?=[^/])", r"\1//", unquote(inner[1])) if inner else ""
        else:
            address = parse_qs(parts.query).get(parameter, [""])[0]
            if host == "urldefense.proofpoint.com" and "/v2/" in parts.path:
                address = unquote(address.replace("-", "%").replace("_", "/"))
        return address if address.startswith(("http://", "https://")) else None
    return None


def links_in_text(text: str) -> list[str]:
    """The web addresses of a text or a piece of HTML in its order, each once."""
    found = [(match.start(), match[1] or match[2] or match[3] or "") for match in HREF.finditer(text)]
    found += [(match.start(), match[0]) for match in ADDRESS.finditer(HREF.sub(lambda tag: " " * len(tag[0]), text))]
    links = (browser_address(_trimmed(link.replace("&amp;", "&"))) for _, link in sorted(found))
    return list(dict.fromkeys(link for link in links if link.startswith(("http://", "https://"))))


def link_in_text(text: str | None) -> str | None:
    """The link of a text by which one applies: the first after a word that says so, else the first."""
    if not text:
        return None
    links = links_in_text(text)
    for match in _apply_words().finditer(text):
        following = links_in_text(text[match.end() : match.end() + APPLY_WITHIN + 400])
        near = text[match.end() : match.end() + APPLY_WITHIN]
        if following and following[0] in links and re.search(r"https?://|www\.|href", near, re.I):
            return following[0]
    return links[0] if links else None


def _trimmed(link: str) -> str:
    """A link of running text without the punctuation that follows it."""
    link = link.rstrip(ENDS)
    while link and link[-1] in PAIRS and link.count(link[-1]) > link.count(PAIRS[link[-1]]):
        link = link[:-1].rstrip(ENDS)
    return link


@cache
def _apply_words() -> re.Pattern[str]:
    words = sorted((word for word in read_words("list_words")["apply_words"]), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\w{{0,6}}", re.I)
