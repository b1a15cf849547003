//! The table: ratios first, as Markdown.

use std::fmt::Write as _;

/// A line of the table.
pub(crate) struct Line {
    pub(crate) what: String,
    /// Our rate divided by the baseline's.
    pub(crate) ratio: Option<f64>,
    pub(crate) ours: String,
    pub(crate) bare: String,
    pub(crate) aim: &'static str,
    /// Whether the aim is reached, if there is one.
    pub(crate) reached: Option<bool>,
}

impl Line {
    pub(crate) fn new(what: impl Into<String>, ours: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            ratio: None,
            ours: ours.into(),
            bare: String::new(),
            aim: "",
            reached: None,
        }
    }

    /// Next to the baseline's rate.
    pub(crate) fn beside(mut self, ours: f64, bare: f64, note: &str) -> Self {
        self.ratio = Some(ours / bare);
        self.bare = format!("{bare:.0} /s{note}");
        self
    }

    pub(crate) fn aim(mut self, aim: &'static str, reached: bool) -> Self {
        self.aim = aim;
        self.reached = Some(reached);
        self
    }
}

/// The whole table.
pub(crate) fn table(lines: &[Line]) -> String {
    let mut text = String::from(
        "| What | Ratio | Measured | Bare | Aim | |\n| --- | ---: | --- | --- | --- | --- |\n",
    );
    for line in lines {
        let ratio = line
            .ratio
            .map(|ratio| format!("**{ratio:.2}**"))
            .unwrap_or_default();
        let reached = match line.reached {
            Some(true) => "reached",
            Some(false) => "not yet",
            None => "",
        };
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "| {} | {ratio} | {} | {} | {} | {reached} |",
            line.what, line.ours, line.bare, line.aim
        );
    }
    text
}
