//! The positions of a shift as lines of its form: each a name, two numbers and a skill.

use crate::{
    i18n::{Locale, td_string},
    ui::{Field, Problems},
    web::Form,
};
use domain::{Reason, Refusal, shift::Position, text};
use leptos::prelude::*;

/// The fields of one line.
struct Line {
    name: &'static str,
    least: &'static str,
    most: &'static str,
    skill: &'static str,
}

macro_rules! lines {
    ($($n:literal)+) => {
        [$(Line {
            name: concat!("position_", $n),
            least: concat!("position_", $n, "_min"),
            most: concat!("position_", $n, "_max"),
            skill: concat!("position_", $n, "_skill"),
        }),+]
    };
}

/// As many lines as a shift may have positions.
static LINES: [Line; 20] = lines!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20);
/// How many lines there are where fewer are filled in.
const FEW: usize = 5;

impl Line {
    const fn names(&self) -> [&'static str; 4] {
        [self.name, self.least, self.most, self.skill]
    }

    fn is_empty(&self, form: &Form) -> bool {
        self.names().iter().all(|name| form.get(name).is_none())
    }

    /// The position; what is wrong with any of them is said of all.
    fn read(&self, form: &Form) -> Result<Position, Refusal> {
        let invalid = |reason| Refusal::invalid("positions", reason);
        let number = |name: &str| {
            let read = form
                .get(name)
                .map(|written| text::number(written).parse::<u32>());
            read.transpose().map_err(|_| invalid(Reason::NotANumber))
        };
        let name = form.get(self.name);
        let most = number(self.most)?;
        Ok(Position {
            name: name.ok_or_else(|| invalid(Reason::Missing))?.to_owned(),
            min: number(self.least)?.unwrap_or(0),
            max: most.ok_or_else(|| invalid(Reason::NotANumber))?,
            skill: form.get(self.skill).map(ToOwned::to_owned),
        })
    }
}

/// The names of all their fields.
pub(super) fn names() -> Vec<&'static str> {
    LINES.iter().flat_map(Line::names).collect()
}

/// The names of all their fields, each with what it is.
pub(super) fn labels(locale: Locale) -> Vec<(&'static str, &'static str)> {
    let of = |line: &Line| {
        [
            (line.name, td_string!(locale, shift.position)),
            (line.least, td_string!(locale, staff.shift.position_least)),
            (line.most, td_string!(locale, staff.shift.position_most)),
            (line.skill, td_string!(locale, staff.shift.position_skill)),
        ]
    };
    LINES.iter().flat_map(of).collect()
}

/// The fields as the positions stand.
pub(super) fn as_they_are(positions: &[Position]) -> Vec<(&'static str, String)> {
    let of = |(line, position): (&Line, &Position)| {
        [
            (line.name, position.name.clone()),
            (line.least, position.min.to_string()),
            (line.most, position.max.to_string()),
            (line.skill, position.skill.clone().unwrap_or_default()),
        ]
    };
    LINES.iter().zip(positions).flat_map(of).collect()
}

/// The positions that were entered, blank lines left out.
pub(super) fn read(form: &Form) -> Result<Vec<Position>, Refusal> {
    let lines = LINES.iter().filter(|line| !line.is_empty(form));
    lines.map(|line| line.read(form)).collect()
}

/// The lines: those that are filled in, and one more.
pub(super) fn fields(locale: Locale, form: &Form, problems: &Problems) -> impl IntoView + use<> {
    let filled = LINES.iter().rposition(|line| !line.is_empty(form));
    let shown = filled.map_or(0, |last| last + 2).max(FEW);
    let text = |name: &str| form.text(name).to_owned();
    let lines: Vec<_> = LINES
        .iter()
        .take(shown)
        .enumerate()
        .map(|(nth, line)| {
            let legend = td_string!(locale, staff.shift.position_nth, n = nth + 1);
            view! {
                <fieldset>
                    <legend class="visually-hidden">{legend.clone()}</legend>
                    <div class="form-grid">
                        <Field name=line.name label=legend value=text(line.name) maxlength=40 />
                        <Field name=line.least label=td_string!(locale, staff.shift.position_least) value=text(line.least) inputmode="numeric" />
                        <Field name=line.most label=td_string!(locale, staff.shift.position_most) value=text(line.most) inputmode="numeric" />
                        <Field name=line.skill label=td_string!(locale, staff.shift.position_skill) value=text(line.skill) maxlength=40 />
                    </div>
                </fieldset>
            }
        })
        .collect();
    view! {
        <fieldset class="form-section" id="positions">
            <legend>{td_string!(locale, staff.shift.positions)}</legend>
            <p class="hint">{td_string!(locale, staff.shift.positions_hint)}</p>
            {problems.of("positions").map(|text| view! { <p class="field-error" id="positions-error">{text}</p> })}
            {lines}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(name: &str, min: u32, max: u32, skill: Option<&str>) -> Position {
        Position {
            name: name.to_owned(),
            min,
            max,
            skill: skill.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn positions_are_read_as_they_were_written() {
        let all = vec![
            position("登记台", 1, 2, None),
            position("翻译", 0, 1, Some("粤语")),
        ];
        let form = Form::of(as_they_are(&all));
        assert_eq!(read(&form), Ok(all));
        assert_eq!(read(&Form::default()), Ok(Vec::new()));
        // A line may stay blank in between, and where nothing is needed that is said by leaving it out.
        let form = Form::parse("position_3=门口&position_3_max=４".as_bytes());
        assert_eq!(read(&form), Ok(vec![position("门口", 0, 4, None)]));
    }

    #[test]
    fn half_a_line_is_refused_and_names_the_positions() {
        for (form, reason) in [
            ("position_1=门口", Reason::NotANumber),
            ("position_1=门口&position_1_max=x", Reason::NotANumber),
            ("position_1_max=2", Reason::Missing),
            ("position_2_skill=粤语&position_2_max=2", Reason::Missing),
        ] {
            let refused = Refusal::invalid("positions", reason);
            assert_eq!(read(&Form::parse(form.as_bytes())), Err(refused), "{form}");
        }
    }
}
