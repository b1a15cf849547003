//! Rights: what a role includes, how far a grant reaches, how a scope is read.

use super::*;
use crate::place::CommunityKey;
use proptest::prelude::*;

fn place(center: &str, subdistrict: &str, district: &str) -> CenterPlace {
    CenterPlace {
        center: center.parse().unwrap(),
        district: district.into(),
        subdistrict: subdistrict.into(),
        community: CommunityKey::new(subdistrict, "大塘龙社区"),
    }
}

fn staff(role: Role, scope: &str) -> Caller {
    Caller {
        identity: Identity::Staff(uuid::Uuid::from_u128(1).into()),
        grants: vec![Grant {
            role,
            scope: Scope::parse(scope).unwrap(),
        }],
    }
}

#[test]
fn a_grant_reaches_its_own_scope_only() {
    let here = place("SZ440303001-01", "440303001", "440303");
    let next_door = place("SZ440303001-02", "440303001", "440303");
    let worker = staff(Role::SocialWorker, "SZ440303001-01");
    assert_eq!(worker.may(Action::ManageActivities, &here), Ok(()));
    assert_eq!(
        worker.may(Action::ManageActivities, &next_door),
        Err(Refusal::Forbidden)
    );
    let district = staff(Role::DistrictSupervisor, "440303");
    assert_eq!(district.may(Action::ViewPlans, &next_door), Ok(()));
    assert_eq!(
        district.may(Action::ViewBookings, &next_door),
        Err(Refusal::Forbidden)
    );
    assert_eq!(
        Caller::anonymous().may(Action::ViewPlans, &here),
        Err(Refusal::Unauthenticated)
    );
}

#[test]
fn personal_data_is_for_the_center_that_needs_it() {
    let who: Vec<_> = Role::ALL
        .iter()
        .filter(|r| r.includes(Action::ViewBookings))
        .collect();
    assert_eq!(who, [&Role::SocialWorker, &Role::CenterManager]);
    let doors: Vec<_> = Role::ALL
        .iter()
        .filter(|r| r.includes(Action::CheckIn))
        .collect();
    assert_eq!(
        doors,
        [&Role::Kiosk, &Role::SocialWorker, &Role::CenterManager]
    );
}

#[test]
fn nobody_grants_more_than_they_hold() {
    let scope = |text| Scope::parse(text).unwrap();
    let grant = |role, text| Grant {
        role,
        scope: scope(text),
    };
    let center = [
        scope("SZ440303001-01"),
        scope("440303001"),
        scope("440303"),
        Scope::City,
    ];
    let manager = staff(Role::CenterManager, "SZ440303001-01");
    let worker_here = grant(Role::SocialWorker, "SZ440303001-01");
    assert_eq!(manager.may_grant(&worker_here, &center), Ok(()));
    let supervisor_here = grant(Role::SubdistrictSupervisor, "SZ440303001-01");
    assert_eq!(
        manager.may_grant(&supervisor_here, &center),
        Err(Refusal::Forbidden)
    );
    let worker_of_the_subdistrict = grant(Role::SocialWorker, "440303001");
    assert_eq!(
        manager.may_grant(&worker_of_the_subdistrict, &center[1..]),
        Err(Refusal::Forbidden)
    );
    let next_door = grant(Role::SocialWorker, "SZ440303001-02");
    let within = [
        scope("SZ440303001-02"),
        scope("440303001"),
        scope("440303"),
        Scope::City,
    ];
    assert_eq!(
        manager.may_grant(&next_door, &within),
        Err(Refusal::Forbidden)
    );
    let district = staff(Role::DistrictSupervisor, "440303");
    assert_eq!(district.may_grant(&next_door, &within), Ok(()));
    // Without the right to manage staff you can't grant anything, not even your own role.
    let worker = staff(Role::SocialWorker, "SZ440303001-01");
    assert_eq!(
        worker.may_grant(&worker_here, &center),
        Err(Refusal::Forbidden)
    );
    let city = staff(Role::CitySupervisor, "city");
    let admin = grant(Role::Admin, "city");
    assert_eq!(
        city.may_grant(&admin, &[Scope::City]),
        Err(Refusal::Forbidden)
    );
    let resident = grant(Role::Resident, "city");
    assert!(matches!(
        Caller::system().may_grant(&resident, &[Scope::City]),
        Err(Refusal::Invalid { .. })
    ));
    assert_eq!(
        Caller::anonymous().may_grant(&worker_here, &center),
        Err(Refusal::Unauthenticated)
    );
}

#[test]
fn a_scope_reads_back_what_it_writes() {
    for text in [
        "city",
        "district:440303",
        "subdistrict:440303001",
        "center:SZ440303001-01",
        "district:SZ-DP",
    ] {
        assert_eq!(Scope::parse(text).unwrap().to_string(), text);
    }
    assert_eq!(
        Scope::parse("440303").unwrap(),
        Scope::District("440303".into())
    );
    assert!(Scope::parse("everything").is_err());
    assert!(Scope::parse("center:").is_err());
}

/// Who may do what, written out: a line an action, in the order of the roles' list.
const RIGHTS: [(Action, &[Role]); 14] = {
    use Action as A;
    use Role as R;
    const STAFF: &[Role] = &[R::SocialWorker, R::CenterManager, R::Admin];
    const SUPERVISE: &[Role] = &[
        R::CenterManager,
        R::SubdistrictSupervisor,
        R::DistrictSupervisor,
        R::CitySupervisor,
        R::Admin,
    ];
    [
        (
            A::ViewPlans,
            &[
                R::SocialWorker,
                R::CenterManager,
                R::SubdistrictSupervisor,
                R::DistrictSupervisor,
                R::CitySupervisor,
                R::Evaluator,
                R::Admin,
            ],
        ),
        (A::ManageActivities, STAFF),
        (A::ManageMenu, STAFF),
        (A::ViewBookings, &[R::SocialWorker, R::CenterManager]),
        (A::BookForOthers, &[R::SocialWorker, R::CenterManager]),
        (A::BookAtKiosk, &[R::Kiosk]),
        (A::ManageKiosks, STAFF),
        (A::CheckIn, &[R::Kiosk, R::SocialWorker, R::CenterManager]),
        (A::ReadAudit, SUPERVISE),
        (A::ManageStaff, SUPERVISE),
        (A::ManageCenters, &[R::CitySupervisor, R::Admin]),
        (A::SetPolicy, &[R::CenterManager, R::Admin]),
        (
            A::ViewSupervision,
            &[
                R::SubdistrictSupervisor,
                R::DistrictSupervisor,
                R::CitySupervisor,
                R::Admin,
            ],
        ),
        (A::Evaluate, &[R::Evaluator]),
    ]
};

#[test]
fn rule_6_every_role_includes_what_is_written_here_and_nothing_else() {
    assert_eq!(RIGHTS.map(|(action, _)| action), Action::ALL);
    let here = place("SZ440303001-01", "440303001", "440303");
    for (action, allowed) in RIGHTS {
        let included: Vec<_> = Role::ALL.iter().filter(|r| r.includes(action)).collect();
        assert_eq!(included, allowed.iter().collect::<Vec<_>>(), "{action}");
        for role in Role::ALL {
            let caller = staff(*role, "city");
            let may = allowed.contains(role);
            assert_eq!(caller.may(action, &here).is_ok(), may, "{role} {action}");
            assert_eq!(caller.may_somewhere(action), may, "{role} {action}");
        }
    }
}

#[test]
fn a_rank_is_above_those_whom_it_may_appoint() {
    let ranks = [
        (Role::Resident, None),
        (Role::Kiosk, Some(0)),
        (Role::Evaluator, Some(0)),
        (Role::SocialWorker, Some(1)),
        (Role::CenterManager, Some(2)),
        (Role::SubdistrictSupervisor, Some(3)),
        (Role::DistrictSupervisor, Some(4)),
        (Role::CitySupervisor, Some(5)),
        (Role::Admin, Some(6)),
    ];
    assert_eq!(ranks.len(), Role::ALL.len());
    for (role, rank) in ranks {
        assert_eq!(role.rank(), rank, "{role}");
    }
}

#[test]
fn a_scope_is_read_strictly() {
    let long = "a".repeat(32);
    for (text, scope) in [
        ("city", Scope::City),
        ("  city ", Scope::City),
        ("440303", Scope::District("440303".into())),
        ("SZ-DP", Scope::District("SZ-DP".into())),
        ("district:SZ-DP", Scope::District("SZ-DP".into())),
        (&format!("district:{long}"), Scope::District(long.clone())),
        ("440303001", Scope::Subdistrict("440303001".into())),
        ("subdistrict:A-1", Scope::Subdistrict("A-1".into())),
        (
            &format!("subdistrict:{long}"),
            Scope::Subdistrict(long.clone()),
        ),
        (
            "SZ440303001-01",
            Scope::Center("SZ440303001-01".parse().unwrap()),
        ),
        ("center:X1", Scope::Center("X1".parse().unwrap())),
    ] {
        assert_eq!(Scope::parse(text), Ok(scope), "{text}");
    }
    for text in [
        "",
        "City",
        "everything",
        "44030",
        "4403031",
        "44030a",
        "a40303",
        "4403030012",
        "44030300a",
        "SZ",
        "SZ 1",
        "SZ_1",
        "X1",
        "district:",
        "district:44 03",
        "district:罗湖",
        "district:a_b",
        &format!("district:{long}a"),
        "subdistrict:",
        "subdistrict:44 03",
        "subdistrict:桂园",
        &format!("subdistrict:{long}a"),
        "center:",
        "center:SZ 1",
        &format!("center:{long}a"),
        "city:1",
        "town:440303",
        ":440303",
    ] {
        // Two letters alone are a center's code that nobody has, not a district.
        let read = Scope::parse(text);
        if text == "SZ" {
            assert_eq!(read, Ok(Scope::Center("SZ".parse().unwrap())));
        } else {
            assert!(read.is_err(), "{text} was read as {read:?}");
        }
    }
}

proptest! {
    /// Whatever is read can be written, and reads as the same again; as JSON too.
    #[test]
    fn what_is_read_reads_back(text in "(district:|subdistrict:|center:|)[A-Za-z0-9:-]{0,12}|city|[0-9]{6}|[0-9]{9}") {
        if let Ok(scope) = Scope::parse(&text) {
            prop_assert_eq!(Scope::parse(&scope.to_string()), Ok(scope.clone()));
            let json = serde_json::to_string(&scope).unwrap();
            prop_assert_eq!(&json, &format!("\"{scope}\""));
            prop_assert_eq!(serde_json::from_str::<Scope>(&json).unwrap(), scope);
        }
    }
}

#[test]
fn a_scope_covers_its_own_part_of_the_city_and_nothing_beside_it() {
    let here = place("SZ440303001-01", "440303001", "440303");
    let same_street = place("SZ440303001-02", "440303001", "440303");
    let same_district = place("SZ440303002-01", "440303002", "440303");
    let elsewhere = place("SZ440305002-01", "440305002", "440305");
    let places = [&here, &same_street, &same_district, &elsewhere];
    for (scope, covered) in [
        ("city", [true, true, true, true]),
        ("440303", [true, true, true, false]),
        ("440303001", [true, true, false, false]),
        ("SZ440303001-01", [true, false, false, false]),
        ("440305", [false, false, false, true]),
        ("440305002", [false, false, false, true]),
        ("SZ440305002-01", [false, false, false, true]),
    ] {
        let scope = Scope::parse(scope).unwrap();
        assert_eq!(places.map(|place| scope.covers(place)), covered, "{scope}");
    }
}

/// One of each kind of caller, without any grant, with its key.
fn everybody() -> [(Caller, String); 5] {
    let id = uuid::Uuid::from_u128(7);
    let alone = |identity| Caller {
        identity,
        grants: Vec::new(),
    };
    [
        (Caller::anonymous(), "anonymous".into()),
        (Caller::resident(id.into()), format!("account:{id}")),
        (alone(Identity::Staff(id.into())), format!("staff:{id}")),
        (alone(Identity::Program(id.into())), format!("token:{id}")),
        (Caller::system(), "system".into()),
    ]
}

#[test]
fn who_was_granted_nothing_may_do_nothing_but_the_system_itself() {
    let here = place("SZ440303001-01", "440303001", "440303");
    let within = [Scope::City];
    let grant = Grant {
        role: Role::SocialWorker,
        scope: Scope::City,
    };
    for (caller, key) in everybody() {
        assert_eq!(caller.key(), key);
        let expected = match caller.identity {
            Identity::System => Ok(()),
            Identity::Anonymous => Err(Refusal::Unauthenticated),
            _ => Err(Refusal::Forbidden),
        };
        for action in Action::ALL {
            assert_eq!(caller.may(*action, &here), expected, "{key} {action}");
            assert!(!caller.may_somewhere(*action), "{key} {action}");
        }
        assert_eq!(caller.may_grant(&grant, &within), expected, "{key}");
    }
}

#[test]
fn a_right_is_one_grants_whole_not_put_together_from_several() {
    // A role here and another place's role do not make a role there.
    let caller = Caller {
        identity: Identity::Staff(uuid::Uuid::from_u128(1).into()),
        grants: ["SZ440303001-01", "440305"]
            .into_iter()
            .zip([Role::CenterManager, Role::Evaluator])
            .map(|(scope, role)| Grant {
                role,
                scope: Scope::parse(scope).unwrap(),
            })
            .collect(),
    };
    let there = place("SZ440305002-01", "440305002", "440305");
    assert_eq!(caller.may(Action::ViewPlans, &there), Ok(()));
    let refused = caller.may(Action::ViewBookings, &there);
    assert_eq!(refused, Err(Refusal::Forbidden));
    assert!(caller.may_somewhere(Action::ViewBookings));
    assert!(!caller.may_somewhere(Action::ManageCenters));
    // Nor is a grant to be given there.
    let grant = Grant {
        role: Role::Evaluator,
        scope: Scope::parse("440305").unwrap(),
    };
    let within = [Scope::parse("440305").unwrap(), Scope::City];
    assert_eq!(caller.may_grant(&grant, &within), Err(Refusal::Forbidden));
}

#[test]
fn only_a_resident_has_an_account() {
    for (caller, key) in everybody() {
        let expected = match &caller.identity {
            Identity::Resident(account) => Ok(account),
            Identity::Anonymous => Err(Refusal::Unauthenticated),
            _ => Err(Refusal::Forbidden),
        };
        assert_eq!(caller.account(), expected, "{key}");
    }
}

#[test]
fn what_belongs_to_no_center_takes_a_grant_for_the_whole_city() {
    let right = Action::ManageCenters;
    for role in [Role::Admin, Role::CitySupervisor] {
        assert_eq!(staff(role, "city").may_in_city(right), Ok(()));
        let less = staff(role, "440303").may_in_city(right);
        assert_eq!(less, Err(Refusal::Forbidden), "{role}");
    }
    let other = staff(Role::CenterManager, "city").may_in_city(right);
    assert_eq!(other, Err(Refusal::Forbidden));
    assert_eq!(Caller::system().may_in_city(right), Ok(()));
    let nobody = Caller::anonymous().may_in_city(right);
    assert_eq!(nobody, Err(Refusal::Unauthenticated));
}
