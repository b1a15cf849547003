//! Charts, drawn by the server as SVG in the colours of the page: they print, obey a forced contrast, and
//! cost the browser nothing. The same figures stand in a table beside each.

use crate::i18n::{Locale, td_string};
use leptos::prelude::*;

/// A bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is of.
    pub name: String,
    /// How long it is; absent where it is not shown.
    pub value: Option<i64>,
}

/// Sizes, in units of the drawing: of a row, of the names beside the bars, of the longest bar, of the
/// figure after it.
const ROW: usize = 34;
const NAMES: usize = 210;
const LONGEST: usize = 420;
const FIGURE: usize = 90;
/// So many characters of a name fit; a Chinese one is as wide as two others.
const WIDE: usize = 26;

/// As much of a name as fits.
fn cut(name: &str) -> String {
    let mut wide = 0;
    for (at, letter) in name.char_indices() {
        wide += if letter.is_ascii() { 1 } else { 2 };
        if wide > WIDE {
            return format!("{}…", &name[..at]);
        }
    }
    name.to_owned()
}

/// Horizontal bars, one for each row of a table.
#[component]
pub fn BarChart(
    /// The language.
    locale: Locale,
    /// What is drawn.
    #[prop(into)]
    title: String,
    /// Tells it from other charts of the page.
    #[prop(into)]
    id: String,
    /// The bars, in order.
    bars: Vec<Bar>,
) -> impl IntoView {
    let most = bars
        .iter()
        .filter_map(|bar| bar.value)
        .max()
        .unwrap_or(0)
        .max(1);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let (wide, high) = (NAMES + LONGEST + FIGURE, bars.len() * ROW);
    let rows: Vec<_> = bars
        .iter()
        .enumerate()
        .map(|(nth, bar)| {
            let middle = nth * ROW + ROW / 2;
            let value = usize::try_from(bar.value.unwrap_or(0)).unwrap_or(0);
            let long = value.saturating_mul(LONGEST) / most;
            let figure = bar.value.map_or_else(
                || td_string!(locale, report.few).to_owned(),
                |value| value.to_string(),
            );
            view! {
                <g>
                    <text x=NAMES - 10 y=middle class="chart-name">{cut(&bar.name)}</text>
                    <rect x=NAMES y=middle - 10 width=long.max(usize::from(value > 0) * 2) height="20" class="chart-bar" />
                    <text x=NAMES + long + 8 y=middle class="chart-figure">{figure}</text>
                </g>
            }
        })
        .collect();
    let told: Vec<String> = bars
        .iter()
        .map(|bar| {
            let name = bar.name.clone();
            match bar.value {
                Some(number) => td_string!(locale, report.chart_of, name, number),
                None => td_string!(locale, report.chart_few, name),
            }
        })
        .collect();
    let told = crate::words::list(locale, &told);
    let head = format!("{id}-chart");
    view! {
        <figure class="chart">
            <figcaption id=head.clone()>{title}</figcaption>
            <svg role="img" aria-labelledby=head aria-description=told viewBox=format!("0 0 {wide} {high}")>
                {rows}
            </svg>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_figures_and_hidden_ones_have_none() {
        let bars = vec![
            Bar {
                name: "长者".into(),
                value: Some(40),
            },
            Bar {
                name: "一个很长很长很长很长很长很长的名字".into(),
                value: Some(10),
            },
            Bar {
                name: "心理".into(),
                value: None,
            },
        ];
        let html =
            view! { <BarChart locale=Locale::zh_CN title="人次" id="a" bars=bars /> }.to_html();
        assert!(
            html.contains("width=\"420\"") && html.contains("width=\"105\""),
            "{html}"
        );
        assert!(html.contains("width=\"0\"") && html.contains("少于5人"));
        assert!(html.contains("一个很长很长很长很长很长很…"));
        assert!(html.contains("长者：40"));
    }
}
