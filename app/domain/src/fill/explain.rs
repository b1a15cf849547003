//! Why each person is where they are.

use super::{
    Line, Week,
    model::{Model, need_of},
    plan::Plan,
};

/// Why somebody has a line, as the roster is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// They were assigned already.
    Fixed,
    /// Nobody else can take it.
    OnlyOneWhoCan,
    /// The shift misses as many people as can take it.
    AllWhoCanAreNeeded {
        /// People who can take it.
        able: usize,
    },
    /// The others who can take it are in a shift at that time, or have all that they take.
    OnlyOneFree {
        /// People who can take it.
        able: usize,
    },
    /// Others could step in, and none of them has served less.
    ServedLeast {
        /// What the person served before and serves by the roster, without this line.
        load: usize,
        /// Others who could step in.
        free: usize,
    },
    /// Others could step in, some of whom have served less.
    Fits {
        /// Others who could step in.
        free: usize,
        /// Those of them who have served less.
        less: usize,
    },
}

/// Why each line of a roster is as it is, in the order of the lines. Fixed lines that are missing in
/// `lines` count as if they were there.
pub fn why(week: &Week, lines: &[Line]) -> Vec<Why> {
    let model = Model::of(week);
    let plan = Plan::of_lines(&model, lines);
    lines.iter().map(|&line| why_one(&plan, line)).collect()
}

fn why_one(plan: &Plan<'_>, line: Line) -> Why {
    let fixed = |kept: &Line| (kept.shift, kept.person) == (line.shift, line.person);
    if plan.model.kept.iter().any(fixed) {
        return Why::Fixed;
    }
    let Line { person, .. } = line;
    let need = need_of(line.shift, line.role);
    let able = plan.model.needs[need].able.len();
    if able <= 1 {
        return Why::OnlyOneWhoCan;
    }
    if able <= plan.model.needs[need].min as usize {
        return Why::AllWhoCanAreNeeded { able };
    }
    let others = plan.model.needs[need].able.iter().copied();
    let free: Vec<usize> = others
        .filter(|&other| other != person && !plan.crew[need].contains(&other))
        .filter(|&other| plan.has_time(other) && plan.in_the_way(other, need).next().is_none())
        .filter(|&other| plan.fits(other, need, Some(person)))
        .collect();
    let load = plan.load(person).saturating_sub(1);
    let less = free
        .iter()
        .filter(|&&other| plan.load(other) < load)
        .count();
    match (free.len(), less) {
        (0, _) => Why::OnlyOneFree { able },
        (free, 0) => Why::ServedLeast { load, free },
        (free, less) => Why::Fits { free, less },
    }
}
