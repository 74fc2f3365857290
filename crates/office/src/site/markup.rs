//! Markup that cannot hold unescaped words: text goes in through one function, tags only as literals of the program.

/// A piece of HTML. Its tags are written in this crate; all other words in it are escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

impl Markup {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// HTML that another crate has made safe, such as the prose of a clause.
    pub fn safe(html: String) -> Self {
        Self(html)
    }

    /// Adds tags. A literal cannot hold a user's words.
    pub fn raw(&mut self, html: &'static str) -> &mut Self {
        self.0.push_str(html);
        self
    }

    /// Adds words, escaped for content and for attributes in double quotes. Everything a user wrote goes through here.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // HTML forbids control characters, however they are spelled.
                c if c.is_control() && c != '\n' && c != '\t' => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
        self
    }

    /// Adds another piece.
    pub fn add(&mut self, other: &Self) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    /// Adds ` name="value"`.
    pub fn attribute(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.raw(" ").raw(name).raw("=\"").text(value).raw("\"")
    }

    /// Adds `<tag>words</tag>`.
    pub fn element(&mut self, tag: &'static str, text: &str) -> &mut Self {
        self.raw("<")
            .raw(tag)
            .raw(">")
            .text(text)
            .raw("</")
            .raw(tag)
            .raw(">")
    }

    /// Adds `<tag class="class">words</tag>`.
    pub fn classed(&mut self, tag: &'static str, class: &'static str, text: &str) -> &mut Self {
        self.raw("<")
            .raw(tag)
            .raw(" class=\"")
            .raw(class)
            .raw("\">")
            .text(text);
        self.raw("</").raw(tag).raw(">")
    }

    /// Adds a link.
    pub fn link(&mut self, href: &str, text: &str) -> &mut Self {
        self.raw("<a")
            .attribute("href", href)
            .raw(">")
            .text(text)
            .raw("</a>")
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A badge: its meaning stands in words, its colour only repeats it.
pub(super) fn badge(class: &'static str, text: &str) -> Markup {
    let mut out = Markup::new();
    out.raw("<span class=\"badge ")
        .raw(class)
        .raw("\">")
        .text(text)
        .raw("</span>");
    out
}

/// Begins a table that scrolls sideways on its own; `</tbody></table></div>` ends it.
///
/// A header that begins with `#` is a column of figures, one that begins with `?` a column to choose from.
pub(super) fn table(class: &'static str, label: &str, headers: &[&str]) -> Markup {
    let mut out = Markup::new();
    out.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\"")
        .attribute("aria-label", label);
    out.raw("><table class=\"").raw(class).raw("\"><thead><tr>");
    for header in headers {
        match (header.strip_prefix('#'), header.strip_prefix('?')) {
            (Some(figure), _) => out.raw("<th scope=\"col\" class=\"n\">").text(figure),
            (_, Some(choice)) => out.raw("<th scope=\"col\" data-choice>").text(choice),
            _ => out.raw("<th scope=\"col\">").text(header),
        };
        out.raw("</th>");
    }
    out.raw("</tr></thead><tbody>\n");
    out
}

/// Ends what [`table`] began.
pub(super) const TABLE_END: &str = "</tbody></table></div>\n";

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn words_cannot_become_tags_or_leave_an_attribute() {
        let mut out = Markup::new();
        out.raw("<a")
            .attribute("title", "\" onclick='x' <b>")
            .raw(">")
            .text("a&b\u{0}")
            .raw("</a>");
        assert_eq!(
            out.as_str(),
            "<a title=\"&quot; onclick=&#39;x&#39; &lt;b&gt;\">a&amp;b\u{fffd}</a>"
        );
    }
}
