//! Finding somebody for a need, if need be by a chain of moves: one person takes it and leaves
//! another need, which the next one takes, and so on, until somebody had time to spare.

use super::{
    model::{needs_of, shift_of},
    plan::Plan,
};

/// A need that somebody has to be found for, and how it came to be one.
struct Gap {
    need: usize,
    /// Who left it, for which earlier gap.
    left_by: Option<(usize, usize)>,
}

/// The memory of the searches, kept between them so that none has to be cleared.
#[derive(Default)]
pub(super) struct Chains {
    gaps: Vec<Gap>,
    /// Who was asked, a bit a person.
    asked: Vec<u64>,
    opened: Vec<u32>,
    round: u32,
    /// Questions asked so far: the measure of the work that was done, on any machine.
    pub(super) steps: u64,
}

impl Chains {
    /// Finds one more person for a need and moves whoever has to move. Nothing changes if there is
    /// no chain; [`Self::reached`] then tells the shifts whose people were asked in vain.
    pub(super) fn fill(&mut self, plan: &mut Plan<'_>, need: usize) -> bool {
        self.begin(plan, need);
        let mut next = 0;
        while next < self.gaps.len() {
            let gap = self.gaps[next].need;
            for word in 0..self.asked.len() {
                self.steps += 1;
                let mut able = plan.model.needs[gap].able_bits[word] & !self.asked[word];
                while able != 0 {
                    let bit = able.trailing_zeros();
                    able &= able - 1;
                    if self.ask(plan, word * 64 + bit as usize, next) {
                        return true;
                    }
                }
            }
            next += 1;
        }
        false
    }

    /// Asks somebody to take a gap: they do, or leave others, or neither. Says whether the gap is
    /// closed and with it the chain.
    fn ask(&mut self, plan: &mut Plan<'_>, person: usize, gap: usize) -> bool {
        self.steps += 4;
        let need = self.gaps[gap].need;
        let (first, second) = {
            let mut in_the_way = plan.in_the_way(person, need);
            (in_the_way.next(), in_the_way.next())
        };
        let leaver = self.gaps[gap].left_by.map(|(leaver, _)| leaver);
        if second.is_some() || first == Some(need) || !plan.fits(person, need, leaver) {
            return false;
        }
        self.asked[person / 64] |= 1 << (person % 64);
        match first {
            Some(other) => self.open(other, person, gap),
            None if plan.has_time(person) => {
                self.close(plan, person, gap);
                return true;
            }
            None => {
                for &other in &plan.duty[person] {
                    self.open(other, person, gap);
                }
            }
        }
        false
    }

    /// The shifts whose people the last search asked.
    pub(super) fn reached(&self) -> impl Iterator<Item = usize> {
        self.gaps.iter().map(|gap| shift_of(gap.need))
    }

    /// Makes a shift ready, or changes nothing.
    pub(super) fn make_ready(&mut self, plan: &mut Plan<'_>, shift: usize) -> bool {
        if plan.held[shift] || !plan.model.possible[shift] {
            return false;
        }
        let mark = plan.mark();
        for need in needs_of(shift) {
            while plan.missing(need) > 0 {
                if !self.fill(plan, need) {
                    plan.back_to(mark);
                    return false;
                }
            }
        }
        plan.hold(shift);
        true
    }

    fn begin(&mut self, plan: &Plan<'_>, need: usize) {
        self.asked.clear();
        self.asked.resize(plan.duty.len().div_ceil(64), 0);
        self.opened.resize(plan.crew.len(), 0);
        self.round += 1;
        self.gaps.clear();
        self.opened[need] = self.round;
        let left_by = None;
        self.gaps.push(Gap { need, left_by });
    }

    fn open(&mut self, need: usize, person: usize, gap: usize) {
        if self.opened[need] != self.round {
            self.opened[need] = self.round;
            let left_by = Some((person, gap));
            self.gaps.push(Gap { need, left_by });
        }
    }

    /// Lets `person` take the last gap of a chain, and everybody before them the one that they left
    /// theirs for.
    fn close(&self, plan: &mut Plan<'_>, person: usize, last: usize) {
        let (mut person, mut gap) = (person, last);
        let mut moves = Vec::new();
        loop {
            let Gap { need, left_by } = self.gaps[gap];
            moves.push((person, need));
            let Some((leaver, earlier)) = left_by else {
                break;
            };
            plan.take(leaver, need);
            (person, gap) = (leaver, earlier);
        }
        for (person, need) in moves {
            plan.put(person, need);
        }
    }
}
