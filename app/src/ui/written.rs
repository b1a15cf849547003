//! HTML that is written as text, for what a page has hundreds of: a component each takes longer.

use super::Tone;
use leptos::prelude::*;

/// HTML as text. Tags are literals of the program; whatever else goes in is escaped.
#[derive(Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// Tags, as they stand in the program.
    pub fn tags(&mut self, tags: &'static str) -> &mut Self {
        self.0.push_str(tags);
        self
    }

    /// Words, or what an attribute says between its quotes.
    pub fn text(&mut self, words: &str) -> &mut Self {
        let mut from = 0;
        // What is escaped is ASCII, which no other character holds a byte of.
        for (at, byte) in words.bytes().enumerate() {
            let escaped = match byte {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                b'\'' => "&#x27;",
                _ => continue,
            };
            self.0.push_str(&words[from..at]);
            self.0.push_str(escaped);
            from = at + 1;
        }
        self.0.push_str(&words[from..]);
        self
    }

    /// It as it stands, for `inner_html`.
    pub fn into_html(self) -> String {
        self.0
    }

    /// What a form sends without showing it.
    pub fn hidden(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.tags("<input type=\"hidden\" name=\"").tags(name);
        self.tags("\" value=\"").text(value).tags("\">")
    }

    /// A [`Badge`](super::Badge).
    pub fn badge(&mut self, text: &str, tone: Tone) -> &mut Self {
        self.tags("<span");
        if let Some(tone) = tone.as_str() {
            self.tags(" data-tone=\"").tags(tone).tags("\"");
        }
        self.tags(" class=\"badge\">").text(text).tags("</span>")
    }

    /// Words for those who do not see what is around them.
    pub fn unseen(&mut self, words: &str) -> &mut Self {
        self.tags("<span class=\"visually-hidden\"> ")
            .text(words)
            .tags("</span>")
    }
}

/// Writes what stands in a cell.
type Cell<'a, R> = Box<dyn Fn(&R, &mut Markup) + 'a>;

/// A [`Table`](super::Table) of the even kind whose rows are written.
pub struct WrittenTable<'a, R> {
    head: (&'static str, Cell<'a, R>),
    columns: Vec<(&'static str, Cell<'a, R>)>,
}

impl<'a, R> WrittenTable<'a, R> {
    /// The column that names the row; the others follow it.
    pub fn head(label: &'static str, cell: impl Fn(&R, &mut Markup) + 'a) -> Self {
        Self {
            head: (label, Box::new(cell)),
            columns: Vec::new(),
        }
    }

    /// And a column.
    pub fn with(mut self, label: &'static str, cell: impl Fn(&R, &mut Markup) + 'a) -> Self {
        self.columns.push((label, Box::new(cell)));
        self
    }

    /// The table with these rows, which screen readers call by `caption`.
    pub fn of<'r>(&self, caption: &str, rows: impl IntoIterator<Item = &'r R>) -> AnyView
    where
        R: 'r,
    {
        let mut html = Markup::default();
        html.tags("<table class=\"data-table table-even\"><caption class=\"visually-hidden\">")
            .text(caption)
            .tags("</caption><thead><tr>");
        for (label, _) in std::iter::once(&self.head).chain(&self.columns) {
            html.tags("<th scope=\"col\">").text(label).tags("</th>");
        }
        html.tags("</tr></thead><tbody>");
        for row in rows {
            html.tags("<tr><th scope=\"row\">");
            (self.head.1)(row, &mut html);
            html.tags("</th>");
            for (label, cell) in &self.columns {
                html.tags("<td data-label=\"").text(label).tags("\">");
                cell(row, &mut html);
                html.tags("</td>");
            }
            html.tags("</tr>");
        }
        html.tags("</tbody></table>");
        view! { <div class="table-wrap" inner_html=html.0></div> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{Badge, Columns, Table};

    fn plain(html: &str) -> String {
        html.replace("<!>", "")
    }

    #[test]
    fn nothing_but_tags_of_the_program_is_html() {
        let mut html = Markup::default();
        html.tags("<b title=\"")
            .text("\"><i>'&'")
            .tags("\">")
            .text("<script>陈</script>")
            .tags("</b>");
        assert_eq!(
            html.0,
            "<b title=\"&quot;&gt;&lt;i&gt;&#x27;&amp;&#x27;\">&lt;script&gt;陈&lt;/script&gt;</b>"
        );
    }

    #[test]
    fn what_is_written_is_what_the_components_say() {
        let columns = Columns::head("班次", |row: &&str| (*row).to_owned())
            .view(
                "状态",
                |_| view! { <Badge text="已就绪" tone=Tone::Good /> },
            )
            .view("别的", |_| view! { <Badge text="—" /> });
        let table = Table::new("周一", columns).even().of(&["前台<接待>"]);
        let written = WrittenTable::head("班次", |row: &&str, html| {
            html.text(row);
        })
        .with("状态", |_, html| {
            html.badge("已就绪", Tone::Good);
        })
        .with("别的", |_, html| {
            html.badge("—", Tone::Plain);
        })
        .of("周一", &["前台<接待>"]);
        assert_eq!(plain(&written.to_html()), plain(&table.to_html()));
    }
}
