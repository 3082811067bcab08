"""The safe subset, case by case: what goes in, what comes out, what is said to be removed."""

from __future__ import annotations

import pytest

from qticonv.model.markup import sanitise
from qticonv.model.tree import MAX_DEPTH

CASES = [
    ("bare text and inline mark-up", "a <b>b</b>", "a <b>b</b>", ()),
    ("less-than", "a < b & c > d", "a &lt; b &amp; c &gt; d", ()),
    ("no element of HTML", "List<int> x", "List&lt;int&gt; x", ()),
    ("named references", "&eacute;&nbsp;&notanentity;", "é\u00a0&amp;notanentity;", ()),
    ("open paragraphs", "<p>a<p>b", "<p>a</p><p>b</p>", ()),
    ("text in a list", "<ul>a<li>b<li>c</ul>", "<ul><li>a</li><li>b</li><li>c</li></ul>", ()),
    ("item without list", "<li>a</li>", "<ul><li>a</li></ul>", ()),
    (
        "table without body",
        "<table><tr><td>a<td>b</table>",
        "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
        (),
    ),
    ("caption alone", "<table><caption>a</caption></table>", "<p>a</p>", ()),
    (
        "foot of a table",
        "<table><tfoot><tr><td>a</table>",
        "<table><tbody><tr><td>a</td></tr></tbody></table>",
        (),
    ),
    ("quotation", "<blockquote>a <em>b</em></blockquote>", "<blockquote><p>a <em>b</em></p></blockquote>", ()),
    ("white space in code", "<pre>  if x:\n\ty</pre>", "<pre>  if x:\n\ty</pre>", ()),
    ("section", "<section>a</section>", "<div>a</div>", ()),
    ("underline", "<u>a</u>", "a", ("element u",)),
    ("script", "a<script>1<2</script>b", "ab", ("element script",)),
    ("open script", "a<script>b", "a", ("element script",)),
    ("vector graphic", "<svg><text>a</text></svg>b", "b", ("element svg",)),
    ("open vector graphic", "<svg>text", "text", ("element svg",)),
    ("handler", "<p onclick='x()'>a</p>", "<p>a</p>", ("attribute onclick",)),
    ("style", '<p style="color:red">a</p>', "<p>a</p>", ("attribute style",)),
    ("class", '<p class="note">a</p>', '<p class="note">a</p>', ()),
    ("comment", "a<!-- b -->c", "ac", ("comment",)),
    ("character data", "<![CDATA[a<b]]>", "a&lt;b", ()),
    ("Word's own elements", "<o:p>a</o:p>", "a", ("element o:p",)),
    ("link", '<a href="http://a.b/?x=1&copy=2" target="_blank">c</a>', '<a href="http://a.b/?x=1&amp;copy=2">c</a>',
     ("attribute target",)),
    ("link with spaces", '<a href=" http://a.b/c d%2 ">e</a>', '<a href="http://a.b/c%20d%252">e</a>', ()),
    ("script in a link", '<a href="java&#x0A;script:x()">a</a>', "a", ("link java%20script:x()", "element a")),
    ("data link", '<a href="data:text/html,x">a</a>', "a", ("link data:text/html,x", "element a")),
    ("image", "<img src=a.png alt='b \"c\"'>", '<img src="a.png" alt="b &quot;c&quot;"/>', ()),
    ("image of a bank", '<img src="asset:a.png" width="10"/>', '<img src="asset:a.png" width="10"/>', ()),
    ("embedded image", '<img src="data:image/png;base64,AA=="/>', '<img src="data:image/png;base64,AA=="/>', ()),
    ("embedded page", '<img src="data:text/html,x" alt="a"/>', "a", ("link data:text/html,x", "element img")),
    ("formula", '<m:math xmlns:m="x"><m:mi>x</m:mi></m:math>',
     '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>', ()),
    ("broken formula", "<math><mfrac><mi>x</mi></mfrac></math>", "x", ("element math (malformed)",)),
    ("annotation of a formula", "<math><semantics><mi>x</mi><annotation>y</annotation></semantics></math>",
     '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>',
     ("element semantics", "element annotation")),
    ("control characters", "a\x00\x0b\ud800\r\nb", "a\ufffd\nb", ()),
    ("paragraph in bold", "<b>a<p>b</p></b>", "<b>a</b><p>b</p>", ("element b around a block",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fragment", "content", "removed"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_cases(fragment: str, content: str, removed: tuple[str, ...]) -> None:
    assert sanitise(fragment) == (content, removed)


def test_depth_is_limited_and_text_stays() -> None:
    content, removed = sanitise("<div>" * 500 + "a")
    assert content == "<div>" * MAX_DEPTH + "a" + "</div>" * MAX_DEPTH
    assert removed == ("element div",)


def test_after_too_many_tags_all_is_text() -> None:
    content, removed = sanitise("<br>" * 100_001)
    assert content.endswith("<br/>&lt;br&gt;") and removed == ("mark-up after 100000 tags",)
