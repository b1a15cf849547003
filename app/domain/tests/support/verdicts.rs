//! Ten thousand made-up scans, what they mean and who was there, as one number: equal natively and
//! in WASM, or a kiosk would say something else than the server (C-124).

use domain::{
    booking::State,
    check_in::{
        CommitmentFacts, Direction, DoorTerms, Evidence, Kind, Outcome, Scan, attendance, verdict,
        verdict_if_seated,
    },
    commitment::{Event, Subject},
    id::CenterId,
    time::{DAY, HOUR, MINUTE, Span, Timestamp},
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many scans are made up.
pub const CASES: usize = 10_000;
/// The number, as it is natively. A change of the rules changes it; look at what changed first.
pub static EXPECTED: &str = "verdicts:cac209b999bbf5cd";

const START: Timestamp = Timestamp(20_000 * DAY + HOUR);

/// A small generator with a fixed beginning (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, many: u64) -> u64 {
        self.next() % many
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    /// Some time between a day before the start and a day after.
    fn near(&mut self) -> Timestamp {
        let minutes = self.below(600) as i64 - 200;
        let far = i64::from(self.below(12) == 0) * DAY;
        START.plus(minutes * MINUTE + far)
    }

    fn sometimes(&mut self) -> Option<Timestamp> {
        (self.below(3) == 0).then(|| self.near())
    }
}

fn id<T: From<Uuid>>(n: u64) -> T {
    Uuid::from_u128(u128::from(n)).into()
}

fn center(n: u64) -> CenterId {
    format!("SZ440303001-0{}", 1 + n).parse().unwrap()
}

fn evidence(random: &mut Random) -> Vec<Evidence> {
    (0..random.below(5))
        .map(|n| Evidence {
            id: id(10 + n),
            kind: random.of(&[Kind::Scan, Kind::Scan, Kind::Scan, Kind::Undo, Kind::Close]),
            direction: random.of(&[Direction::In, Direction::In, Direction::Out]),
            at: random.near(),
            door: format!("门 {n}"),
        })
        .collect()
}

fn facts(random: &mut Random) -> CommitmentFacts {
    let states = [
        State::Confirmed,
        State::Confirmed,
        State::CheckedIn,
        State::NoShow,
        State::Waitlisted,
        State::Cancelled,
    ];
    let minutes = 30 + random.below(150) as i64;
    CommitmentFacts {
        subject: Subject::Booking(id(1)),
        event: Event::Occurrence(id(2)),
        center: center(random.below(12) / 11),
        center_name: "大塘龙社区党群服务中心".into(),
        span: Span::new(START, START.plus(minutes * MINUTE)).unwrap(),
        door: DoorTerms {
            opens_before_min: random.of(&[0, 15, 60, 1440]),
            asks_check_out: random.below(2) == 0,
        },
        state: random.of(&states),
        booked_at: START.plus(-7 * DAY),
        confirmed_at: random.sometimes(),
        cancelled_at: random.sometimes(),
        evidence: evidence(random),
    }
}

/// FNV-1a, 64 bits.
fn mix(number: u64, text: &str) -> u64 {
    text.bytes().fold(number, |number, byte| {
        (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The number over all cases, and how often each result came.
pub fn digest() -> (String, BTreeMap<Outcome, usize>) {
    let mut random = Random(2026);
    let mut number = 0xcbf2_9ce4_8422_2325;
    let mut seen = BTreeMap::new();
    for _ in 0..CASES {
        let facts = facts(&mut random);
        let scan = Scan {
            id: id(99),
            at: random.near(),
            center: (random.below(4) > 0).then(|| center(0)),
            direction: random.of(&[Direction::In, Direction::Out, Direction::Either]),
        };
        let said = verdict(&facts, &scan);
        *seen.entry(said.outcome()).or_default() += 1;
        let there = attendance(facts.door, facts.span, &facts.evidence);
        let seated = verdict_if_seated(&facts, &scan);
        number = mix(number, &format!("{said:?}{there:?}{seated:?}"));
    }
    (format!("verdicts:{number:016x}"), seen)
}
