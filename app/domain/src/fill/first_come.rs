//! What there would be without a plan.

use super::{Line, Role, Week};

/// First come, first served: people sign up in the order of the week and take what they can, the
/// earliest shift first, where there is room. Fixed lines stand.
pub fn first_come(week: &Week) -> Vec<Line> {
    let mut lines = week.kept();
    let mut count = vec![[0_u32; 2]; week.shifts.len()];
    let mut duty: Vec<Vec<usize>> = vec![Vec::new(); week.people.len()];
    for line in &lines {
        count[line.shift][line.role as usize] += 1;
        duty[line.person].push(line.shift);
    }
    let mut crews: Vec<Vec<usize>> = vec![Vec::new(); week.shifts.len()];
    for (number, person) in week.people.iter().enumerate() {
        let mut wanted: Vec<(usize, Role)> = person
            .offers
            .iter()
            .filter(|offer| offer.shift < week.shifts.len())
            .map(|offer| (offer.shift, offer.role))
            .collect();
        wanted.sort_by_key(|&(shift, role)| (week.shifts[shift].span.start(), shift, role));
        for (shift, role) in wanted {
            let taken = &mut count[shift][role as usize];
            let fits = duty[number].len() < person.most_shifts as usize
                && *taken < week.shifts[shift].room(role)
                && !duty[number].iter().any(|&other| week.overlap(shift, other));
            let positions = week
                .positions
                .get(&shift)
                .filter(|_| role == Role::Volunteer);
            let mut crew = crews[shift].clone();
            crew.push(number);
            if fits && positions.is_none_or(|positions| positions.seat_all(&crew)) {
                *taken += 1;
                duty[number].push(shift);
                if role == Role::Volunteer {
                    crews[shift] = crew;
                }
                lines.push(Line {
                    shift,
                    person: number,
                    role,
                });
            }
        }
    }
    lines.sort_unstable();
    lines
}
