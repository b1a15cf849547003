//! Recurrence rules of RFC 5545: from a rule and a first sitting to the exact list of sittings,
//! which staff see before they create it (C-63).
