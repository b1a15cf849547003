use super::{
    Cause, Change, Hole, Line, Person, Places, Role, Week, Why, first_come, gini, helps, holes,
    improve,
    model::Model,
    propose,
    relax::Relaxation,
    testing::{Kind, broken_rules, line, made_week, offer, person, shift},
    why,
};
use Role::{Lead, Volunteer};

/// Weeks of the size of a district, and the most ready shifts, proved by an integer program of
/// another make: everything fits, little fits, volunteers are scarce, leads are scarce.
const WEEKS: [(Kind, usize); 4] = [
    (kind(1, 60, 600, 4), 200),
    (kind(2, 22, 260, 4), 174),
    (kind(4, 50, 220, 3), 167),
    (kind(5, 20, 500, 3), 152),
];

const fn kind(seed: u64, leads: usize, volunteers: usize, in_ten: u64) -> Kind {
    Kind {
        seed,
        leads,
        volunteers,
        in_ten,
    }
}

fn count(ready: &[bool]) -> usize {
    ready.iter().filter(|&&ready| ready).count()
}

#[test]
fn the_first_stage_comes_close_and_the_second_proves_the_most() {
    for (kind, most) in WEEKS {
        let week = made_week(kind);
        let first = propose(&week, Places::Fairest);
        assert_eq!(broken_rules(&week, &first.lines), Vec::<String>::new());
        assert_eq!(first.ready, week.ready(&first.lines));
        assert!(
            100 * first.count() >= 98 * most,
            "{} of {most}",
            first.count()
        );
        let exact = improve(&week, first, Places::Fairest, &mut || true);
        assert_eq!((exact.proposal.count(), exact.at_most), (most, most));
        assert!(exact.is_proven());
        assert_eq!(
            broken_rules(&week, &exact.proposal.lines),
            Vec::<String>::new()
        );
    }
}

#[test]
fn a_plan_is_fairer_than_first_come_first_served_with_as_many_places() {
    for (kind, _) in WEEKS {
        let week = made_week(kind);
        let served = first_come(&week);
        assert_eq!(broken_rules(&week, &served), Vec::<String>::new());
        let planned = propose(&week, Places::UpTo(served.len()));
        assert!(planned.count() >= count(&week.ready(&served)));
        // Where people are scarce, those who sign up also fill shifts that never become ready.
        let served = first_places(&week, planned.lines.len());
        assert_eq!(served.len(), planned.lines.len());
        let (plan, first) = (gini(&week, &planned.lines), gini(&week, &served));
        assert!(plan < first, "{plan} is not below {first}");
    }
}

/// The first so many places that are taken when people come in the order of the week.
fn first_places(week: &Week, places: usize) -> Vec<Line> {
    let mut lines = first_come(week);
    lines.sort_by_key(|line| line.person);
    lines.truncate(places);
    lines
}

#[test]
fn the_same_week_gives_the_same_roster() {
    let week = made_week(kind(7, 12, 90, 4));
    let mut asked = 0;
    let mut some = || {
        asked += 1;
        asked < 40
    };
    let one = improve(
        &week,
        propose(&week, Places::Fairest),
        Places::Fairest,
        &mut some,
    );
    let mut asked = 0;
    let mut some = || {
        asked += 1;
        asked < 40
    };
    let other = improve(
        &week,
        propose(&week, Places::Fairest),
        Places::Fairest,
        &mut some,
    );
    assert_eq!(one, other);
}

#[test]
fn nobody_who_is_assigned_moves_when_the_rest_of_the_week_is_filled() {
    let mut week = made_week(kind(8, 22, 260, 3));
    let free = propose(&week, Places::Least);
    // First come, first served for the first hundred people, as staff may have left it.
    week.fixed = first_come(&week);
    week.fixed.retain(|line| line.person < 100);
    let found = propose(&week, Places::Fairest);
    assert_eq!(broken_rules(&week, &found.lines), Vec::<String>::new());
    assert!(found.count() > count(&week.ready(&week.fixed)));
    assert!(
        found.count() < free.count(),
        "what is fixed costs something here"
    );
}

#[test]
fn odd_weeks_are_filled_as_far_as_they_go() {
    let fills = |week: &Week| {
        let found = propose(week, Places::Fairest);
        assert_eq!(broken_rules(week, &found.lines), Vec::<String>::new());
        let exact = improve(week, found, Places::Fairest, &mut || true);
        assert!(exact.is_proven());
        (exact.proposal.count(), exact.proposal.lines.len())
    };
    assert_eq!(fills(&Week::default()), (0, 0));
    let mut week = Week {
        shifts: vec![
            shift(9, 11, 0, (0, 0)),
            shift(9, 11, 0, (0, 2)),
            shift(10, 12, 2, (0, 0)),
        ],
        ..Week::default()
    };
    assert_eq!(fills(&week), (2, 0), "what needs nobody is ready");
    week.people = vec![
        person(Lead, 1, 0, &[2, 77]),
        person(Lead, 0, 0, &[2]),
        person(Volunteer, 3, 0, &[]),
        person(Volunteer, 3, 0, &[0]),
    ];
    assert_eq!(
        fills(&week),
        (2, 0),
        "one lead is not two, and there is no room in the first"
    );
    week.people[1].most_shifts = 1;
    assert_eq!(fills(&week), (3, 2));
    // Somebody in both roles is in one place at a time.
    let both = Person {
        most_shifts: 2,
        served_before: 0,
        offers: [Lead, Volunteer].map(|role| offer(0, role, false)).to_vec(),
    };
    let week = Week {
        shifts: vec![shift(9, 11, 1, (1, 1))],
        people: vec![both],
        fixed: Vec::new(),
        ..Week::default()
    };
    assert_eq!(fills(&week), (0, 0));
}

#[test]
fn chains_of_moves_make_room() {
    // The first could do either; only when they take the later one can the second lead the earlier.
    let week = Week {
        shifts: vec![
            shift(9, 11, 1, (0, 0)),
            shift(10, 12, 1, (0, 0)),
            shift(11, 13, 1, (0, 0)),
        ],
        people: vec![
            person(Lead, 1, 0, &[0, 1]),
            person(Lead, 1, 0, &[1, 2]),
            person(Lead, 1, 0, &[0]),
        ],
        fixed: Vec::new(),
        ..Week::default()
    };
    assert_eq!(propose(&week, Places::Least).count(), 3);
}

#[test]
fn half_shifts_are_cut_off() {
    // Two times three shifts at once, each for two of the same three leads: taken by halves three
    // of the six could be ready, but only one at a time can.
    let pairs = [[0, 1], [1, 2], [2, 0], [3, 4], [4, 5], [5, 3]];
    let can = |lead: usize| {
        (0..6)
            .filter(|&s| pairs[s].contains(&lead))
            .collect::<Vec<_>>()
    };
    let week = Week {
        shifts: (0..6).map(|_| shift(9, 11, 2, (0, 0))).collect(),
        people: (0..6).map(|lead| person(Lead, 5, 0, &can(lead))).collect(),
        fixed: Vec::new(),
        ..Week::default()
    };
    let model = Model::of(&week);
    let program = Relaxation::of(&model);
    let root = program.solve().ok().unwrap();
    assert_eq!(root.at_most, 3);
    let cut = program
        .tighten(root, 2, 5, &mut || true)
        .ok()
        .flatten()
        .unwrap();
    assert_eq!(cut.at_most, 2);
    let exact = improve(
        &week,
        propose(&week, Places::Least),
        Places::Least,
        &mut || true,
    );
    assert_eq!((exact.proposal.count(), exact.at_most), (2, 2));
}

#[test]
fn who_served_least_is_asked_first_and_places_above_the_minimum_go_to_them() {
    let week = Week {
        shifts: vec![shift(9, 11, 0, (1, 3)), shift(14, 16, 0, (1, 1))],
        people: vec![
            person(Volunteer, 2, 5, &[0, 1]),
            person(Volunteer, 2, 0, &[0]),
            person(Volunteer, 2, 1, &[0, 1]),
        ],
        fixed: Vec::new(),
        ..Week::default()
    };
    let least = propose(&week, Places::Least);
    assert_eq!(least.lines, [line(0, 1, Volunteer), line(1, 2, Volunteer)]);
    let more = propose(&week, Places::UpTo(3));
    assert_eq!(more.lines.len(), 3);
    assert!(
        more.lines.contains(&line(0, 2, Volunteer)),
        "{:?}",
        more.lines
    );
    assert!(
        (gini(&week, &least.lines) - 1.0 / 3.0).abs() < 1e-9,
        "loads 1, 2 and 5"
    );
}

#[test]
fn people_get_what_they_like_where_it_costs_nobody_anything() {
    let volunteer = |before: u32, liked: usize| Person {
        most_shifts: 1,
        served_before: before,
        offers: (0..2).map(|s| offer(s, Volunteer, s == liked)).collect(),
    };
    let mut week = Week {
        shifts: vec![shift(9, 11, 0, (1, 1)), shift(9, 11, 0, (1, 1))],
        people: vec![volunteer(0, 1), volunteer(0, 0)],
        fixed: Vec::new(),
        ..Week::default()
    };
    let found = propose(&week, Places::Least);
    assert_eq!(found.lines, [line(0, 1, Volunteer), line(1, 0, Volunteer)]);
    // Of two who served as little, the one who likes it; who served less comes first all the same.
    week.shifts.truncate(1);
    assert_eq!(propose(&week, Places::Least).lines, [line(0, 1, Volunteer)]);
    week.people[1].served_before = 1;
    assert_eq!(propose(&week, Places::Least).lines, [line(0, 0, Volunteer)]);
}

#[test]
fn each_line_says_why() {
    let week = Week {
        shifts: vec![
            shift(9, 11, 1, (2, 2)),
            shift(9, 11, 0, (1, 1)),
            shift(14, 16, 0, (1, 1)),
        ],
        people: vec![
            person(Lead, 1, 0, &[0]),
            person(Volunteer, 1, 0, &[0]),
            person(Volunteer, 1, 0, &[0]),
            person(Volunteer, 1, 2, &[2]),
            person(Volunteer, 1, 3, &[2]),
            person(Volunteer, 1, 0, &[1]),
            person(Volunteer, 1, 0, &[1, 2]),
        ],
        fixed: vec![line(1, 6, Volunteer)],
        ..Week::default()
    };
    let lines = propose(&week, Places::Least).lines;
    let said: Vec<(Line, Why)> = lines.iter().copied().zip(why(&week, &lines)).collect();
    assert_eq!(
        said,
        [
            (line(0, 0, Lead), Why::OnlyOneWhoCan),
            (line(0, 1, Volunteer), Why::AllWhoCanAreNeeded { able: 2 }),
            (line(0, 2, Volunteer), Why::AllWhoCanAreNeeded { able: 2 }),
            (line(1, 6, Volunteer), Why::Fixed),
            (line(2, 3, Volunteer), Why::ServedLeast { load: 2, free: 1 }),
        ]
    );
    let unfair = [line(1, 6, Volunteer), line(2, 4, Volunteer)];
    assert_eq!(why(&week, &unfair)[1], Why::Fits { free: 1, less: 1 });
}

#[test]
fn a_hole_names_the_shifts_that_compete_for_the_same_people() {
    // Three shifts on one afternoon need nine; seven people can take any of them.
    let mut week = Week {
        shifts: vec![
            shift(14, 17, 0, (3, 3)),
            shift(15, 17, 0, (3, 3)),
            shift(16, 18, 0, (3, 3)),
            shift(19, 21, 0, (1, 1)),
            shift(9, 11, 1, (0, 0)),
        ],
        people: (0..7)
            .map(|_| person(Volunteer, 3, 0, &[0, 1, 2, 3]))
            .collect(),
        fixed: Vec::new(),
        ..Week::default()
    };
    let lines = propose(&week, Places::Least).lines;
    let ready = week.ready(&lines);
    assert_eq!(count(&ready), 3);
    let found = holes(&week, &lines);
    let afternoon = Hole {
        shift: ready.iter().position(|ready| !ready).unwrap(),
        role: Volunteer,
        missing: 3,
        cause: Cause::Bottleneck {
            shifts: vec![0, 1, 2],
            needed: 9,
            at_best: 7,
            people: 7,
        },
    };
    let morning = Hole {
        shift: 4,
        role: Lead,
        missing: 1,
        cause: Cause::TooFewCan { needed: 1, able: 0 },
    };
    assert_eq!(found, [afternoon, morning]);
    // Where nobody was asked yet there is no bottleneck, only an open shift.
    week.people.push(person(Lead, 1, 0, &[4]));
    let open = holes(&week, &lines);
    assert_eq!(open[1].cause, Cause::Open);
}

#[test]
fn what_would_help_is_tried() {
    // One lead could hold all three evenings, but takes two.
    let week = Week {
        shifts: (0..3)
            .map(|day| shift(24 * day + 18, 24 * day + 20, 1, (1, 1)))
            .collect(),
        people: vec![
            person(Lead, 2, 0, &[0, 1, 2]),
            person(Volunteer, 3, 0, &[0, 1, 2]),
        ],
        fixed: Vec::new(),
        ..Week::default()
    };
    let found = propose(&week, Places::Least);
    assert_eq!(found.count(), 2);
    let open = found.ready.iter().position(|ready| !ready).unwrap();
    let told = helps(&week, &found.lines);
    let changes: Vec<Change> = told.iter().map(|help| help.change).collect();
    assert!(changes.contains(&Change::OneMoreShift { person: 0 }));
    let one_more = Change::OneMorePerson {
        shift: open,
        role: Lead,
    };
    assert!(changes.contains(&one_more));
    assert!(
        told.iter()
            .all(|help| help.gain == 1 && help.gained == [open])
    );
    assert!(
        !changes.contains(&Change::OneMoreShift { person: 1 }),
        "they have time"
    );
}
