//! A roster while it is being made, and how to take steps back.

use super::{
    Line,
    model::{Model, need_of, needs_of, role_of, shift_of},
};

/// What was done last.
#[derive(Clone, Copy, Debug)]
enum Step {
    Put { person: usize, need: usize },
    Taken { person: usize, need: usize },
    Held { shift: usize },
    Dropped { shift: usize },
}

/// Who fills which need. Only shifts that are held have people; those at least their minimum.
#[derive(Clone, Debug)]
pub(super) struct Plan<'m> {
    pub(super) model: &'m Model,
    /// The people of each need.
    pub(super) crew: Vec<Vec<usize>>,
    /// The needs that each person fills.
    pub(super) duty: Vec<Vec<usize>>,
    /// Which shifts are ready.
    pub(super) held: Vec<bool>,
    steps: Vec<Step>,
}

impl<'m> Plan<'m> {
    /// Nobody anywhere. Shifts that miss nobody are ready as they are.
    pub(super) fn empty(model: &'m Model) -> Self {
        let ready = |shift| {
            needs_of(shift)
                .iter()
                .all(|&need| model.needs[need].min == 0)
        };
        Self {
            model,
            crew: vec![Vec::new(); model.needs.len()],
            duty: vec![Vec::new(); model.hands.len()],
            held: (0..model.shifts()).map(ready).collect(),
            steps: Vec::new(),
        }
    }

    /// The plan that these lines make, as far as the rules allow them. The model has the fixed ones.
    pub(super) fn of_lines(model: &'m Model, lines: &[Line]) -> Self {
        let mut plan = Self::empty(model);
        for line in lines {
            let known = line.shift < model.shifts() && line.person < model.hands.len();
            if known && plan.is_open_to(line.person, need_of(line.shift, line.role)) {
                plan.put(line.person, need_of(line.shift, line.role));
            }
        }
        for shift in 0..model.shifts() {
            plan.held[shift] = needs_of(shift).iter().all(|&need| plan.missing(need) == 0);
        }
        plan.settle();
        plan
    }

    /// Sends everybody home from shifts that are not ready.
    pub(super) fn drop_unready(&mut self) {
        for shift in 0..self.held.len() {
            if !self.held[shift] {
                self.drop_shift(shift);
            }
        }
        self.settle();
    }

    pub(super) fn ready(&self) -> usize {
        self.held.iter().filter(|&&held| held).count()
    }

    /// Everybody's line, fixed ones included, in order.
    pub(super) fn lines(&self) -> Vec<Line> {
        let mut lines = self.model.kept.clone();
        for (need, crew) in self.crew.iter().enumerate() {
            lines.extend(crew.iter().map(|&person| Line {
                shift: shift_of(need),
                person,
                role: role_of(need),
            }));
        }
        lines.sort_unstable();
        lines
    }

    /// People that a need misses for its minimum.
    pub(super) fn missing(&self, need: usize) -> usize {
        (self.model.needs[need].min as usize).saturating_sub(self.crew[need].len())
    }

    /// Whether a need takes one more than it has.
    pub(super) fn has_room(&self, need: usize) -> bool {
        self.crew[need].len() < self.model.needs[need].room as usize
    }

    /// Whether somebody may take one more shift.
    pub(super) fn has_time(&self, person: usize) -> bool {
        self.duty[person].len() < self.model.hands[person].most as usize
    }

    /// What served before, is fixed and is planned.
    pub(super) fn load(&self, person: usize) -> usize {
        self.model.hands[person].load as usize + self.duty[person].len()
    }

    /// Needs of somebody that are in the way of a need.
    pub(super) fn in_the_way(&self, person: usize, need: usize) -> impl Iterator<Item = usize> {
        let duty = self.duty[person].iter().copied();
        duty.filter(move |&other| self.model.clash(need, other))
    }

    /// Whether somebody would find a position of a need that they can take, in the place of whoever leaves
    /// if somebody does. The others in it may change theirs.
    pub(super) fn fits(&self, person: usize, need: usize, leaving: Option<usize>) -> bool {
        let leaver = leaving.map(|leaver| (leaver, need));
        self.fit(need, leaver.as_slice(), &[(person, need)])
    }

    /// Whether everybody of a need finds a position after these changes, each of a person and a need.
    pub(super) fn fit(
        &self,
        need: usize,
        gone: &[(usize, usize)],
        come: &[(usize, usize)],
    ) -> bool {
        let Some(positions) = &self.model.needs[need].positions else {
            return true;
        };
        let crew = self.crew[need].iter().copied();
        let mut people: Vec<usize> = crew.filter(|&who| !gone.contains(&(who, need))).collect();
        people.extend(
            come.iter()
                .filter(|(_, to)| *to == need)
                .map(|(who, _)| *who),
        );
        positions.seat_all(&people)
    }

    /// Whether somebody could take a need as things are.
    pub(super) fn is_open_to(&self, person: usize, need: usize) -> bool {
        let offers = &self.model.hands[person].offers;
        self.has_room(need)
            && self.has_time(person)
            && offers.binary_search(&need).is_ok()
            && self.in_the_way(person, need).next().is_none()
            && self.fits(person, need, None)
    }

    pub(super) fn put(&mut self, person: usize, need: usize) {
        self.crew[need].push(person);
        self.duty[person].push(need);
        self.steps.push(Step::Put { person, need });
    }

    pub(super) fn take(&mut self, person: usize, need: usize) {
        self.crew[need].retain(|&other| other != person);
        self.duty[person].retain(|&other| other != need);
        self.steps.push(Step::Taken { person, need });
    }

    pub(super) fn hold(&mut self, shift: usize) {
        self.held[shift] = true;
        self.steps.push(Step::Held { shift });
    }

    /// Sends everybody of a shift home who is not fixed.
    pub(super) fn drop_shift(&mut self, shift: usize) {
        for need in needs_of(shift) {
            while let Some(&person) = self.crew[need].last() {
                self.take(person, need);
            }
        }
        if std::mem::replace(&mut self.held[shift], false) {
            self.steps.push(Step::Dropped { shift });
        }
    }

    /// A point to come back to with [`Self::back_to`].
    pub(super) const fn mark(&self) -> usize {
        self.steps.len()
    }

    /// Takes back every step since the mark.
    pub(super) fn back_to(&mut self, mark: usize) {
        while self.steps.len() > mark {
            match self.steps.pop() {
                Some(Step::Put { person, need }) => {
                    self.crew[need].retain(|&other| other != person);
                    self.duty[person].retain(|&other| other != need);
                }
                Some(Step::Taken { person, need }) => {
                    self.crew[need].push(person);
                    self.duty[person].push(need);
                }
                Some(Step::Held { shift }) => self.held[shift] = false,
                Some(Step::Dropped { shift }) => self.held[shift] = true,
                None => {}
            }
        }
    }

    /// Makes every step so far final.
    pub(super) fn settle(&mut self) {
        self.steps.clear();
    }
}
