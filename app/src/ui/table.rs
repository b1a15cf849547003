//! Tables of the staff: a list of columns, each with its header and its cell. Under 40 rem a row
//! becomes a card, and the header stands before each cell. An export writes the same list.

use crate::i18n::{Locale, td_string};
use leptos::prelude::*;

/// What stands in a cell.
enum Cell {
    /// Plain words or figures.
    Text(String),
    /// More than words: a link, a badge, a form.
    View(AnyView),
}

impl Cell {
    fn into_view(self) -> AnyView {
        match self {
            Self::Text(text) => text.into_any(),
            Self::View(view) => view,
        }
    }
}

/// How a column stands in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Names the row.
    Head,
    /// Words.
    Plain,
    /// Figures, aligned at their end.
    Number,
    /// What can be done with the row; its header is for screen readers only.
    Actions,
}

/// One column of a table of `R`.
struct Column<'a, R> {
    label: &'static str,
    role: Role,
    cell: Box<dyn Fn(&R) -> Cell + 'a>,
}

impl<R> Column<'_, R> {
    fn header(&self) -> AnyView {
        match self.role {
            Role::Actions => {
                view! { <th scope="col"><span class="visually-hidden">{self.label}</span></th> }
                    .into_any()
            }
            Role::Number => view! { <th scope="col" class="number">{self.label}</th> }.into_any(),
            Role::Head | Role::Plain => view! { <th scope="col">{self.label}</th> }.into_any(),
        }
    }

    fn of(&self, row: &R) -> AnyView {
        let cell = (self.cell)(row).into_view();
        match self.role {
            Role::Head => view! { <th scope="row">{cell}</th> }.into_any(),
            Role::Actions => view! { <td class="actions">{cell}</td> }.into_any(),
            Role::Number => {
                view! { <td data-label=self.label class="number">{cell}</td> }.into_any()
            }
            Role::Plain => view! { <td data-label=self.label>{cell}</td> }.into_any(),
        }
    }
}

/// The columns of a table of `R`, in order.
pub struct Columns<'a, R>(Vec<Column<'a, R>>);

impl<'a, R> Columns<'a, R> {
    /// The column that names the row; the others follow it.
    pub fn head<V: IntoAny>(label: &'static str, cell: impl Fn(&R) -> V + 'a) -> Self {
        Self(Vec::new()).with(label, Role::Head, move |row| {
            Cell::View(cell(row).into_any())
        })
    }

    /// And a column of words.
    pub fn text(self, label: &'static str, cell: impl Fn(&R) -> String + 'a) -> Self {
        self.with(label, Role::Plain, move |row| Cell::Text(cell(row)))
    }

    /// And a column of figures.
    pub fn number(self, label: &'static str, cell: impl Fn(&R) -> String + 'a) -> Self {
        self.with(label, Role::Number, move |row| Cell::Text(cell(row)))
    }

    /// And a column of figures that lead somewhere.
    pub fn number_view<V: IntoAny>(self, label: &'static str, cell: impl Fn(&R) -> V + 'a) -> Self {
        self.with(label, Role::Number, move |row| {
            Cell::View(cell(row).into_any())
        })
    }

    /// And a column of more than words.
    pub fn view<V: IntoAny>(self, label: &'static str, cell: impl Fn(&R) -> V + 'a) -> Self {
        self.with(label, Role::Plain, move |row| {
            Cell::View(cell(row).into_any())
        })
    }

    /// And last, what can be done with the row.
    pub fn actions<V: IntoAny>(self, locale: Locale, cell: impl Fn(&R) -> V + 'a) -> Self {
        self.with(
            td_string!(locale, staff.actions),
            Role::Actions,
            move |row| Cell::View(cell(row).into_any()),
        )
    }

    fn with(mut self, label: &'static str, role: Role, cell: impl Fn(&R) -> Cell + 'a) -> Self {
        let cell = Box::new(cell);
        self.0.push(Column { label, role, cell });
        self
    }
}

/// A table, made of its columns.
pub struct Table<'a, R> {
    caption: String,
    columns: Columns<'a, R>,
    state: Option<fn(&R) -> &'static str>,
    even: bool,
    scrolls: bool,
}

impl<'a, R> Table<'a, R> {
    /// A table that screen readers call by `caption`.
    pub fn new(caption: impl Into<String>, columns: Columns<'a, R>) -> Self {
        Self {
            caption: caption.into(),
            columns,
            state: None,
            even: false,
            scrolls: false,
        }
    }

    /// The same table, whose columns line up with those of its neighbours.
    pub fn even(mut self) -> Self {
        self.even = true;
        self
    }

    /// The same table, so wide that it scrolls sideways, also by keyboard.
    pub fn scrolls(mut self) -> Self {
        self.scrolls = true;
        self
    }

    /// The same table, each row marked with a state (`data-state`).
    pub fn marked(mut self, state: fn(&R) -> &'static str) -> Self {
        self.state = Some(state);
        self
    }

    /// The table with these rows.
    pub fn of<'r>(&self, rows: impl IntoIterator<Item = &'r R>) -> AnyView
    where
        R: 'r,
    {
        let head: Vec<_> = self.columns.0.iter().map(Column::header).collect();
        let rows: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let cells: Vec<_> = self.columns.0.iter().map(|column| column.of(row)).collect();
                view! { <tr data-state=self.state.map(|state| state(row))>{cells}</tr> }
            })
            .collect();
        let class = if self.even {
            "data-table table-even"
        } else {
            "data-table"
        };
        let table = view! {
            <table class=class>
                <caption class="visually-hidden">{self.caption.clone()}</caption>
                <thead><tr>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        };
        if self.scrolls {
            let label = self.caption.clone();
            view! { <div class="table-wrap" tabindex="0" role="region" aria-label=label>{table}</div> }
                .into_any()
        } else {
            view! { <div class="table-wrap">{table}</div> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, Table};
    use crate::i18n::Locale;
    use leptos::prelude::*;

    #[test]
    fn a_column_gives_header_cell_and_the_label_on_a_narrow_screen() {
        let columns = Columns::head("课程", |row: &(&str, u32)| row.0.to_owned())
            .number("已报", |row| row.1.to_string())
            .actions(Locale::zh_CN, |_| view! { <a href="/x">"改"</a> });
        let table = Table::new("活动", columns).marked(|_| "draft");
        let html = table.of(&[("书法", 3)]).to_html().replace("<!>", "");
        assert_eq!(
            html,
            "<div class=\"table-wrap\"><table class=\"data-table\">\
             <caption class=\"visually-hidden\">活动</caption>\
             <thead><tr><th scope=\"col\">课程</th><th scope=\"col\" class=\"number\">已报</th>\
             <th scope=\"col\"><span class=\"visually-hidden\">操作</span></th></tr></thead>\
             <tbody><tr data-state=\"draft\"><th scope=\"row\">书法</th>\
             <td data-label=\"已报\" class=\"number\">3</td>\
             <td class=\"actions\"><a href=\"/x\">改</a></td></tr></tbody></table></div>"
        );
    }
}
