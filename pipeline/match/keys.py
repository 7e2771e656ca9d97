"""Keys of equality: addresses, posting ids, organizations, titles. Pure column expressions.

Belongs here: when two addresses or names are the same. Does not belong here: which listings are one internship
(`pipeline.match.linker`), and the ids of listings (`pipeline.clean.identity.listing_id`).
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import unquote

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, read_reference
from pipeline.clean.language_tools.text import compared

_PARTS = r"^(?i:https?)://(?:[^/?#@]*@)?(?P<host>[^/?#:]*)(?::(?P<port>\d+))?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?$"
# A fragment that holds a path, a parameter or a number leads to a posting (`#en/sites/jobsearch/job/305901`, `#/job/12`);
# a bare word is an anchor on the page, `:~:` a browser's text marker.
_FRAGMENT_OF_POSTING = r"[/=]|\d{3}"
_LANGUAGE = (
    "(?:ar|bg|ca|cs|da|de|el|en|es|et|fa|fi|fr|gl|he|hi|hr|hu|it|ja|ka|ko|lt|lv|nb|nl|no|pl|pt|ro|ru|sk|sl|sr|sv|th|tr"
    "|uk|vi|zh)"
)  # fmt: skip
"""Languages that addresses of pages name."""
UNSPACED_LETTER = "[\u0e01-\u0e5b\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""A letter of a script that puts no blanks between words, or glues endings to them."""
_PUNYCODE = re.compile(r"(?<=[/.])xn--([A-Za-z0-9-]{1,59})(?=[/.:?#]|$)", re.IGNORECASE)
_INDEX_PAGE = r"(?i)/(?:index|default)\.(?:html?|php|aspx?|jsp)$"
_SESSION = r"(?i);[a-z]*sess(?:ion)?id=[^/?#;]*"
_ENCODED = r"(?:%[89A-Fa-f][0-9A-Fa-f])+"
"""Bytes of letters outside ASCII."""
_LEADS_TO = "u|url|uri|href|q|to|dest|destination|target|link|goto|redirect|redirect_to"
"""Parameters of an address that it leads on to."""
_CARRYING = re.compile(
    r"^(?:(?i:https?)://)?(?:(?:[a-z]{1,20}\.)?urldefense\.[a-z]{2,20}(?:\.com)?/(?:v\d/__(?P<marked>.+?)__;|v2/url\?u=(?P<dashed>[^&]+))"
    r"|(?:www\.)?google\.[a-z.]{2,6}/amp/s/(?P<amp>[^?#]+)|[^/?#]*\.cdn\.ampproject\.org/[a-z]/s/(?P<cached>[^?#]+)"
    r"|web\.archive\.org/web/\d{4,14}[a-z_]*/(?P<kept>https?:/.+)"
    rf"|[^?#]*\?(?:[^#]*&)?(?:{_LEADS_TO})=(?P<whole>(?i:https?)(?::|%3A)(?:/|%2F)[^&#]+))"
)
"""An address that leads on to the one that it carries: checkers of links in mail, counters of clicks, archives of the web."""
_LEADS_ON = re.compile(
    r"(?i)^(?:https?://)?(?:[^/?#]*\.safelinks\.protection\.outlook\.com/|(?:[a-z]+\.)?urldefense\.|[a-z]+\.facebook\.com/l\.php"
    r"|l\.instagram\.com/|(?:www\.)?google\.[a-z.]{2,6}/url\?|(?:www\.)?linkedin\.com/(?:redir|safety)/"
    r"|[^/?#]+/(?:[^?#]*/)?(?:away|exit|leave|out|outbound|goto|jump|redir|redirect|redirector)(?:/\d+)?(?:\.[a-z]{2,4})?/?\?)"
)
"""Addresses that do nothing but lead on, whatever else stands in them."""
_HOST = re.compile(r"^\s*(?:(?i:https?)://)?(?:(?i:www)\.)?([^/?#]*)")
_OWN_ID = re.compile(r"\d{3}|[/=]\d+(?=[/?&]|$)")
_OWN_ID_PARAMETER = re.compile(r"(?i)[?&][a-z_]*id=[^&#]")
"""An id in an address: where that leads when one has logged in or applied is another page than its own."""
_MAY_CARRY = rf"(?i)urldefense\.|/amp/s/|cdn\.ampproject\.org/|web\.archive\.org/|[?&](?:{_LEADS_TO})=https?(?::|%3a)"
_ENCODED_QUERY = re.compile("(?i)%3f.*$")
_PAGE = r"(?i)https?://[^/?#]+/[^#]"
"""An address that is no home page: that may stand beside a posting's own."""
_VERSION_OF_PAGE = r"^(?:m|mobile|amp)\.([^./]+\.[^/]+)"
"""Hosts of a page for small screens."""
_SHOWN_OTHERWISE = r"(?i)/(?:amp|print|mobile)(/|$)"
"""Parts of paths that show the page of a posting with an id in another way."""
_SHARED_FILE = r"^(?:drive|docs)\.google\.com/(?:open|uc|(?:file|document)/d/)[^#]*?(?:[?&]id=|/d/)([\w-]{15,}).*$"
"""A file that is shared, whichever way it is opened."""
_ID = r"(?:\d{5,}|[013-9]\d{3}|2[1-9]\d\d|20[05-9]\d)"
"""Digits of an id: four that are no year, or more."""
_PAGE_WITH_ID = rf"^(?:[^?]*[^?\d])?{_ID}(?:[^?\d]|\?|$)"
_PART_OF_VIEW = rf"(/(?:[^?]*[^?\d])?{_ID}(?:[^?/\d][^?/]*)?)\?(?:embed|gh|print|view)=\d$"
"""How the page of a posting with an id is shown."""
_TRANSLATED = re.compile(r"(?<=//)([a-z0-9-]+)\.translate\.goog(?=[/?#:]|$)", re.IGNORECASE)
"""A page read through Google Translate: the host's dots are hyphens, and its hyphens two."""
_ENCODED_ADDRESS = rf"(?i)//xn--|\.xn--|\.translate\.goog|{_ENCODED}"
_ID_BEFORE_NAME = rf"/({_ID})-[^/?#]{{3,}}$"
"""A last part of a number that is no year, and what the posting was called when the address was made."""
_APPLY_STEP = r"(?i)(^|/)(?:apply|application|applynow|apply-now)(?:/[a-z]+)?$"


def matching_keys(listings: pl.DataFrame, profiles: pl.DataFrame) -> pl.DataFrame:
    """listing_id, posting_key, url_key, address_key, words_key, title_words, title_names, sites, one row a listing, in order.

    `profiles`: their profiles. `words_key` is organization, title, place and season; null where one of the first three is
    not known."""
    urls = listings["url"]
    sites = profiles.select(
        pl.when(pl.col("sites").list.len() > 0)
        .then(pl.col("sites").list.join(","))
        .otherwise(pl.when("is_remote").then(pl.lit("remote")))
        .alias("place")
    )["place"]
    words = profiles.select(
        words_key=pl.format(
            "{}|{}|{}|{}",
            "organization",
            pl.when(pl.col("title") != "").then("title"),
            sites,
            pl.col("seasons") + 16 * pl.col("years"),
        )
    )
    known = pl.coalesce(pl.lit(posting_key(listings["apply_url"])), pl.lit(posting_key(urls)))
    addresses = listings.select("listing_id", posting_key=known, url_key=pl.coalesce(pl.lit(url_key(urls)), "url"))
    addresses = addresses.with_columns(address_key=address_key(addresses["url_key"]))
    return addresses.hstack(words).hstack(profiles.select("title_words", "title_names", "sites"))


def url_key(urls: pl.Series) -> pl.Series:
    """What an address is compared by: without scheme, `www.`, default port, tracking parameters, anchors, trailing slash, a
    last step to the application form and the name of a folder's page; host in lower case, parameters sorted, letters outside
    ASCII as they are read. Null for what is no web address."""
    table = pl.DataFrame({"url": urls.unique().drop_nulls()})
    parts = table.with_columns(
        pl.lit(_decoded(table["url"]))
        .str.strip_chars()
        .str.replace_all("&amp;", "&", literal=True)
        .str.extract_groups(_PARTS)
        .alias("part")
    ).unnest("part")
    parameter = pl.element()
    name = parameter.str.to_lowercase().str.replace(r"=.*$", "").str.replace_all(r"%5b|%5d|[\[\]]", "")
    keyed = parts.filter(pl.col("host").fill_null("") != "").with_columns(
        host=pl.col("host").str.to_lowercase().str.strip_suffix(".").str.replace(r"^www\.", ""),
        port=pl.when(~pl.col("port").is_in(["80", "443"])).then(pl.format(":{}", "port")),
        path=pl.col("path")
        .str.replace(_SESSION, "")
        .str.strip_chars_end("/")
        .str.replace(_APPLY_STEP, "")
        .str.replace(_INDEX_PAGE, "")
        .str.strip_chars_end("/"),
        query=pl.col("query")
        .str.split("&")
        .list.eval(parameter.filter((parameter != "") & ~name.str.contains(_tracking())).sort())
        .list.join("&"),
        fragment=pl.when(
            pl.col("fragment").str.contains(_FRAGMENT_OF_POSTING) & ~pl.col("fragment").str.starts_with(":~:")
        ).then(pl.col("fragment").str.strip_chars_end("/")),
    )
    key = pl.concat_str(
        "host",
        pl.col("port").fill_null(""),
        "path",
        pl.when(pl.col("query") != "").then(pl.format("?{}", "query")).otherwise(pl.lit("")),
        pl.format("#{}", "fragment").fill_null(""),
    )
    return _in_order_of(urls, keyed.select("url", key=key))


def _decoded(urls: pl.Series) -> pl.Series:
    """Addresses with the letters that percent signs (RFC 3987) or Punycode (RFC 3492) stand for, and of what a translator shows
    those that it read."""
    urls = carried(urls)
    written = urls.filter(urls.str.contains(_ENCODED_ADDRESS))
    read = [_PUNYCODE.sub(_label, re.sub(_ENCODED, _letters, _TRANSLATED.sub(_host, url))) for url in written]
    return urls.replace(written, pl.Series(read, dtype=pl.String))


def carried(urls: pl.Series) -> pl.Series:
    """The addresses that these lead on to, else themselves."""
    carrying = urls.filter(urls.str.contains(_MAY_CARRY))
    return urls.replace(carrying, pl.Series([_carried(url) for url in carrying], dtype=pl.String))


def _carried(url: str) -> str:
    found = _CARRYING.match(url.strip())
    if found is None:
        return url
    marked, dashed, kept, whole = found.group("marked", "dashed", "kept", "whole")
    if found["amp"] or found["cached"]:
        return f"https://{_ENCODED_QUERY.sub('', found['amp'] or found['cached'])}"
    # Proofpoint's second version writes / as _ and % as -.
    address = marked or kept or unquote(whole or dashed.replace("_", "/").replace("-", "%"))
    if not re.match(_PAGE, address) or (whole and not _leads_on(url, *found.span("whole"))):
        return url
    return address


def _leads_on(url: str, start: int, end: int) -> bool:
    """Whether an address is only there for the one in it, from `start` to `end`: a posting has an id, and leads back to its own
    host."""
    if _LEADS_ON.match(url):
        return True
    before = _HOST.sub("", url[:start])
    hosts = [_HOST.match(address.strip()) for address in (url, unquote(url[start:end]))]
    is_way_back = all(hosts) and len({host[1].lower() for host in hosts if host}) == 1
    return not (is_way_back or _OWN_ID.search(before) or _OWN_ID_PARAMETER.search(before + url[end:]))


def _host(translated: re.Match[str]) -> str:
    return ".".join(part.replace("\0", "-") for part in translated[1].replace("--", "\0").split("-"))


def _letters(encoded: re.Match[str]) -> str:
    try:
        return unquote(encoded[0], errors="strict")
    except UnicodeDecodeError:
        return encoded[0]


def _label(encoded: re.Match[str]) -> str:
    try:
        return encoded[1].encode("ascii").decode("punycode")
    except UnicodeError:
        return encoded[0]


def address_key(url_keys: pl.Series) -> pl.Series:
    """What the addresses of one page in several languages, or under another title, share, from `url_key`: without a language in
    the path, the parameters or before the host, and without a name after an id. Null for a home page, and for what is no web
    address: neither is any posting's own."""
    table = pl.DataFrame({"url": url_keys.unique().drop_nulls()})
    bare = pl.col("url").str.replace(rf"^{_LANGUAGE}\.([^./]+\.[^/]+)", "$1").str.replace(_VERSION_OF_PAGE, "$1")
    bare = (
        pl.when(pl.col("url").str.contains(_PAGE_WITH_ID))
        .then(bare.str.replace(_SHOWN_OTHERWISE, "$1"))
        .otherwise(bare)
        .str.replace(_SHARED_FILE, "drive.google.com/file/d/$1")
        .str.replace(_PART_OF_VIEW, "$1")
        .str.replace_all(rf"(?i)/(?:[a-z]{{2}}/)?{_LANGUAGE}(?:[-_][a-z]{{2}})?/", "/")
        .str.replace_all(rf"(?i)([?&])(?:lang|language|locale|hl|lng|l)={_LANGUAGE}(?:[-_][a-z]{{2}})?(?:&|$)", "$1")
        .str.replace(r"[?&]+$", "")
        .str.replace(_ID_BEFORE_NAME, "/$1")
    )
    is_page = bare.str.contains(r"^[^/?#\s:@]+(?::\d+)?(?:/[^?#]+|/?[?#].)")
    return _in_order_of(url_keys, table.select("url", key=pl.when(is_page).then(bare)))


def posting_key(urls: pl.Series) -> pl.Series:
    """`system:tenant:id` where an address carries a recruiting system's own id of the posting, else null. The tenant is
    empty where ids are unique over the system. Shapes: data/reference/posting_ids.yaml."""
    # An address that has an id of its own may name the page that one comes to from it.
    own = _posting_ids(urls.unique().drop_nulls())
    other = urls.filter(~urls.is_in(own["url"].implode())).unique().drop_nulls()
    targets = pl.DataFrame({"other": other, "url": carried(other)}).filter(pl.col("other") != pl.col("url"))
    led = targets.join(_posting_ids(targets["url"].unique()), on="url").select(url="other", key="key")
    return _in_order_of(urls, pl.concat([own, led]))


def _posting_ids(urls: pl.Series) -> pl.DataFrame:
    """url, key: of distinct addresses those that carry an id, as of `posting_key`."""
    table = pl.DataFrame({"url": urls}).with_columns(address=bare_address(pl.col("url")))
    # One pass tells which addresses have any of the shapes.
    table = table.filter(pl.col("address").str.contains(_any_shape()))
    keys = []
    for shape in read_reference("posting_ids"):
        groups = pl.col("address").str.extract_groups(shape["pattern"])
        identifier = _fold_case(groups.struct.field("id"), shape.get("case"))
        has_tenant = "(?P<tenant>" in shape["pattern"]
        tenant = groups.struct.field("tenant").str.to_lowercase() if has_tenant else pl.lit("")
        keys.append(pl.format("{}:{}:{}", pl.lit(shape["system"]), tenant, identifier))
    return table.select("url", key=pl.coalesce(keys)).drop_nulls()


def bare_address(urls: pl.Expr) -> pl.Expr:
    """The address without scheme and port and with its host in lower case: what data/reference/posting_ids.yaml is about."""
    address = urls.str.strip_chars().str.replace_all("&amp;", "&", literal=True).str.replace(r"^(?i)https?://", "")
    host = address.str.extract(r"^([^/?#]*)").str.to_lowercase().str.replace(r":\d+$", "")
    return host + address.str.replace(r"^[^/?#]*", "")


def organization_key(names: pl.Expr) -> pl.Expr:
    """An organization's name without accents, punctuation, article, legal form; null where nothing is left."""
    legal = any_of(compared_words("legal_forms"))
    # "co ltd", "pte ltd", "gmbh & co kg": forms follow one another.
    words = read_reference("organization_words")
    before, glued = ("|".join(words[key]) for key in ("legal_forms_before", "legal_forms_glued"))
    bare = (
        compared(names)
        .str.strip_prefix("the ")
        .str.replace(rf"(?: (?:and )?{legal}){{1,3}}$", "")
        .str.replace(rf"({UNSPACED_LETTER})(?:{glued})+$", "$1")
        .str.replace(rf"^(?:{before})(?: |({UNSPACED_LETTER}))", "$1")
    )
    return pl.when(bare != "").then(bare)


def title_key(titles: pl.Expr) -> pl.Expr:
    """A title without accents, punctuation and gender marks; season, year and "intern" stay: they tell openings apart."""
    bare = compared(without_gender_marks(titles))
    return pl.when(bare != "").then(bare)


def without_gender_marks(titles: pl.Expr) -> pl.Expr:
    marks = read_reference("gender_marks")
    return titles.str.replace_all(marks["pattern"], " ").str.replace_all(marks["ending"], "$1$2")


def compared_words(name: str) -> list[str]:
    """The words of a flat list in data/reference, in the form `compared` gives."""
    return pl.Series(read_reference(name)).to_frame("w").select(compared(pl.col("w")))["w"].to_list()


@cache
def _any_shape() -> str:
    patterns = [re.sub(r"\(\?P<\w+>", "(?:", shape["pattern"]) for shape in read_reference("posting_ids")]
    return "|".join(f"(?:{pattern})" for pattern in patterns)


@cache
def _tracking() -> str:
    reference = read_reference("tracking_parameters")
    names = "|".join(pl.Series(reference["names"]).str.escape_regex())
    prefixes = "|".join(pl.Series(reference["prefixes"]).str.escape_regex())
    return f"^(?:(?:{names})$|(?:{prefixes}))"


def _fold_case(text: pl.Expr, case: str | None) -> pl.Expr:
    if case == "lower":
        return text.str.to_lowercase()
    if case == "upper":
        return text.str.to_uppercase()
    return text


def _in_order_of(urls: pl.Series, table: pl.DataFrame) -> pl.Series:
    """The keys of `table` (url, key) in the order of `urls`."""
    return pl.DataFrame({"url": urls}).join(table, on="url", how="left", maintain_order="left")["key"].alias(urls.name)
