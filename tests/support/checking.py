"""What every page has to be: well nested, ids once, inputs labelled, title and heading the same, in its language."""

import re
from html.parser import HTMLParser

EMPTY = {"meta", "link", "input", "br", "path", "circle", "img", "hr", "rect", "line"}


class Nesting(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []
        self.wrong = []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _value in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"<{tag}> says an attribute twice")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


def checked(response, language="en"):
    html = response.content.decode()
    nesting = Nesting()
    nesting.feed(html)
    assert nesting.wrong == [] and nesting.open == []
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    labelled = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', html))
    for tag in re.findall(r"<(?:input|textarea|select)\b[^>]*>", html):
        if 'type="hidden"' not in tag:
            assert re.search(r'\sid="([^"]+)"', tag)[1] in labelled, tag
    title = re.search(r"<title>(.*?) – ", html, re.S)[1].removeprefix("Error: ")
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.S)[1]
    assert plain(heading).startswith(plain(title))
    assert not re.search(r"\sstyle=|\son[a-z]+=", re.sub(r"<svg.*?</svg>", "", html, flags=re.S))
    return html
